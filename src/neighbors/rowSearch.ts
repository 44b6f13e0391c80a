import { createNearestFinder } from './nearestFinder.ts';
import type { QuerySpace, SearchSpace } from './searchSpace.ts';

/** A reference and its distance. */
export interface Found {
  readonly index: number;
  readonly distance: number;
}

/** How many candidates beyond k are looked at that float32 cannot tell from the k-th. */
const extraCandidates = 1000;

/**
 * Finds the k nearest of query q in its row of float32 distances, ranked by the exact distance, then the index.
 * References at Infinity are not found, so there may be fewer than k.
 */
export function createRowSearch(
  space: SearchSpace,
  query: QuerySpace,
  k: number,
): (q: number, row: Float32Array) => Found[] {
  const finder = createNearestFinder(k);
  return (q, row) => {
    const candidates = Array.from(finder.find(row));
    const border = finder.largest() + 2 * (query.slack[q] as number);
    const known = new Set(candidates);
    const most = k + extraCandidates;
    for (let r = 0; r < row.length && candidates.length < most; r++) {
      if ((row[r] as number) <= border && !known.has(r)) candidates.push(r);
    }
    return candidates
      .filter((index) => row[index] !== Infinity)
      .map((index) => ({ index, distance: query.exact(q, index) }))
      .sort((a, b) => a.distance - b.distance || a.index - b.index)
      .slice(0, k)
      .map(({ index, distance }) => ({ index, distance: space.finish(distance) }));
  };
}
