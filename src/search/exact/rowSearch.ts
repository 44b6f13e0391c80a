import { nearestAmong } from './nearestAmong.ts';
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

/** Finds the k nearest of some queries, from `first` on, in the parts of their rows of float32 distances. */
export interface RowSearch {
  /** Begins with other queries. */
  begin(first: number): void;
  /** Shows the i-th query a part of its row, as `NearestFinder.look`. A reference at Infinity is not found. */
  look(i: number, values: Float32Array, start: number, count: number, from: number): void;
  /**
   * The k nearest of the i-th query, ranked by the exact distance, then the index: fewer, if no more may be found.
   * Undefined if more than were kept at hand are so near that float32 cannot tell them from the k-th.
   */
  found(i: number): Found[] | undefined;
  /** The same, if the whole row is there. */
  foundIn(i: number, row: Float32Array): Found[];
}

/** For as many as `rows` queries at a time. */
export function createRowSearch(
  space: SearchSpace,
  query: QuerySpace,
  k: number,
  rows: number,
): RowSearch {
  const finder = createNearestFinder(rows, Math.min(k + spare, space.rows.shape[0]));
  let first = 0;

  /** The distance up to which float32 might have taken a reference for one of the k nearest. */
  const borderOf = (i: number): number => {
    const near = finder.distances(i).sort((a, b) => a - b);
    return near.length < k
      ? Infinity
      : (near[k - 1] as number) + 2 * (query.slack[first + i] as number);
  };
  const settle = (i: number, candidates: readonly number[]): Found[] =>
    nearestAmong(candidates, k, (r) => query.exact(first + i, r)).map(({ index, distance }) => ({
      index,
      distance: space.finish(distance),
    }));

  return {
    begin(next) {
      first = next;
      finder.reset();
    },
    look: finder.look,
    found(i) {
      const border = borderOf(i);
      if (finder.largest(i) <= border && finder.largest(i) !== Infinity) {
        if (finder.positions(i).length < space.rows.shape[0]) return undefined;
      }
      const distances = finder.distances(i);
      return settle(
        i,
        finder.positions(i).filter((_, at) => (distances[at] as number) <= border),
      );
    },
    foundIn(i, row) {
      const border = borderOf(i);
      const candidates = finder.positions(i);
      const known = new Set(candidates);
      for (let r = 0; r < row.length && candidates.length < k + mostExtra; r++) {
        if ((row[r] as number) <= border && row[r] !== Infinity && !known.has(r))
          candidates.push(r);
      }
      return settle(i, candidates);
    },
  };
}
