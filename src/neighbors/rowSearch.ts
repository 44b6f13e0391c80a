import { createNearestFinder } from './nearestFinder.ts';
import type { QuerySpace, SearchSpace } from './searchSpace.ts';

/** A reference and its distance. */
export interface Found {
  readonly index: number;
  readonly distance: number;
}

/** How many candidates beyond k are kept at hand, for float32 may take the k-th for one of them. */
const spare = 16;
/** And how many are looked at in all, if as many are as near as that. */
const mostExtra = 1000;

/**
 * Finds the k nearest of query q in its row of float32 distances, ranked by the exact distance, then the index.
 * References at Infinity are not found, so there may be fewer than k.
 */
export function createRowSearch(
  space: SearchSpace,
  query: QuerySpace,
  k: number,
): (q: number, row: Float32Array) => Found[] {
  const references = space.rows.shape[0];
  const finder = createNearestFinder(Math.min(k + spare, references));
  return (q, row) => {
    const near = Array.from(finder.find(row));
    const kth = near.map((r) => row[r] as number).sort((a, b) => a - b)[k - 1] as number;
    const border = kth + 2 * (query.slack[q] as number);
    const all = finder.largest() > border || near.length === references;
    const candidates = all ? near : withAllUpTo(border, near, row, k + mostExtra);
    return candidates
      .filter((r) => (row[r] as number) <= border && row[r] !== Infinity)
      .map((index) => ({ index, distance: query.exact(q, index) }))
      .sort((a, b) => a.distance - b.distance || a.index - b.index)
      .slice(0, k)
      .map(({ index, distance }) => ({ index, distance: space.finish(distance) }));
  };
}

/** What is near, and the others up to the border, until there are `most`. */
function withAllUpTo(
  border: number,
  near: readonly number[],
  row: Float32Array,
  most: number,
): number[] {
  const candidates = [...near];
  const known = new Set(near);
  for (let r = 0; r < row.length && candidates.length < most; r++) {
    if ((row[r] as number) <= border && !known.has(r)) candidates.push(r);
  }
  return candidates;
}
