import { type Found, nearestAmong } from './nearestAmong.ts';
import { createNearestFinder } from './nearestFinder.ts';
import type { QuerySpace } from './searchSpace.ts';

/** Candidates beyond k that are kept: float32 may rank the k-th nearest a little too far. */
const spare = 16;
/** The most candidates beyond k that are measured in float64, where many are about as near as the k-th. */
const mostExtra = 1000;

/**
 * Finds the k nearest references of some queries. A query's row of float32 orders is shown in parts; the few candidates
 * that the orders leave are then ranked in float64.
 */
export interface RowSearch {
  /** Starts a block of queries, of which `first` is the first. */
  begin(first: number): void;
  /**
   * Shows a part of the row of the i-th query of the block: the orders `values[start .. start + count - 1]` of the
   * references from index `from` on. A reference at Infinity is not found.
   */
  look(i: number, values: Float32Array, start: number, count: number, from: number): void;
  /** Shows `count` queries, from the i-th on, the order of one reference each: `values[start .. start + count - 1]`. */
  lookEach(i: number, values: Float32Array, start: number, count: number, reference: number): void;
  /**
   * The k nearest of the i-th query, by exact distance, then index; fewer if fewer references may be found. Undefined if
   * float32 cannot tell more references from the k-th than were kept: then `foundIn` needs the whole row.
   */
  found(i: number): Found[] | undefined;
  /** The k nearest of the i-th query, from its whole row of orders. */
  foundIn(i: number, row: Float32Array): Found[];
}

/** The candidates that are kept for each query. */
export function placesOf(k: number, total: number): number {
  return Math.min(k + spare, total);
}

/** A search for at most `rows` queries in a block, among `total` references; `finish` is the one of `SearchSpace`. */
export function createRowSearch(
  { total, finish }: { readonly total: number; finish(order: number): number },
  query: QuerySpace,
  k: number,
  rows: number,
): RowSearch {
  const finder = createNearestFinder(rows, placesOf(k, total));
  let first = 0;

  /** The largest order in float32 that one of the k nearest may have. */
  const borderOf = (i: number): number => {
    const near = Float32Array.from(finder.distances(i)).sort();
    return near.length < k ? Infinity : near[k - 1]! + 2 * query.slack[first + i]!;
  };
  /** Ranks candidates, whose float32 orders are `orders`. */
  const settle = (i: number, candidates: readonly number[], orders: readonly number[]): Found[] => {
    const { exact } = query;
    const known = exact ? undefined : new Map(candidates.map((r, at) => [r, orders[at]!]));
    const orderOf = (r: number): number =>
      exact ? exact(first + i, r) : (known?.get(r) as number);
    return nearestAmong(candidates, k, orderOf).map(({ index, distance }) => ({
      index,
      distance: finish(distance),
    }));
  };

  return {
    begin(next) {
      first = next;
      finder.reset();
    },
    look: finder.look,
    lookEach: finder.lookEach,
    found(i) {
      const border = borderOf(i);
      const positions = finder.positions(i);
      if (finder.largest(i) <= border && finder.largest(i) !== Infinity) {
        if (positions.length < total) return undefined;
      }
      const orders = finder.distances(i);
      const within = (_: number, at: number): boolean => orders[at]! <= border;
      return settle(i, positions.filter(within), orders.filter(within));
    },
    foundIn(i, row) {
      const border = borderOf(i);
      const candidates = finder.positions(i);
      const known = new Set(candidates);
      for (let r = 0; r < row.length && candidates.length < k + mostExtra; r++) {
        if (row[r]! <= border && row[r] !== Infinity && !known.has(r)) candidates.push(r);
      }
      return settle(
        i,
        candidates,
        candidates.map((r) => row[r]!),
      );
    },
  };
}
