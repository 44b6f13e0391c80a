import { checkSameDims, type EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { distanceOfOrder, exactOrder } from './exactDistance.ts';
import { createSearchFrame, maxOf } from './searchFrame.ts';

/**
 * References that are made ready for a search.
 *
 * A distance that has a `SearchMetric` is computed by matrix products, which are fast but of float32: the order of
 * query q and reference r is about the dot product of row q of the query's space and row r of this one. For squares,
 * [-2x, |x|^2, 1] . [y, 1, |y|^2] = |x - y|^2. The rows are scaled by powers of two, so that no product overflows. An
 * order need only rank the references of one query as the distance does. It is not negative, but for its rounding.
 *
 * Any other distance is computed by its own `matrix`: the order is the distance itself, in float32.
 */
export interface SearchSpace {
  readonly rows: EmbeddingRows;
  /** The distance whose `matrix` gives the orders; undefined where products give them. */
  readonly matrix?: Distance;
  /** Whether the order of row a as a query and row b is that of row b as a query and row a, within the slack of each. */
  readonly symmetric: boolean;
  /** @throws MetricLearningError if the queries have another width. */
  prepare(query: EmbeddingRows): QuerySpace;
  /** The distance that an exact order stands for. */
  finish(order: number): number;
}

/** The same for queries. */
export interface QuerySpace {
  readonly rows: EmbeddingRows;
  /** How far the order by products may be from the exact one, a number a query. */
  readonly slack: Float64Array;
  /** The order in float64, from the rows as they were given; undefined where the order by `matrix` is all there is. */
  readonly exact: ((q: number, r: number) => number) | undefined;
}

/** The space of a distance. `where` is what errors name. */
export function createSearchSpace(
  where: string,
  reference: EmbeddingRows,
  distance: Distance,
): SearchSpace {
  const metric = distance.search;
  if (metric === undefined) {
    return {
      rows: reference,
      matrix: distance,
      symmetric: false,
      prepare(query) {
        checkSameDims(where, query, reference);
        return matrixQuery(query);
      },
      finish: (order) => order,
    };
  }
  const frame = createSearchFrame([reference], metric);
  const { rows, norms, lengths } = frame.place(reference);
  const largest = maxOf(norms);
  return {
    rows,
    // The order by a dot product of rows of any length is scaled by the length of the query.
    symmetric: metric.normalize || metric.metric.endsWith('uclidean'),
    prepare(query) {
      checkSameDims(where, query, reference);
      const framed = frame.prepare(query, largest);
      const exact = exactOrder(metric, query, reference, framed.lengths, (r) => lengths[r]!);
      return { rows: framed.rows, slack: framed.slack, exact };
    },
    finish: distanceOfOrder(metric),
  };
}

/** Queries whose orders are the distances by `matrix`. */
export function matrixQuery(query: EmbeddingRows): QuerySpace {
  return { rows: query, slack: new Float64Array(query.shape[0]), exact: undefined };
}
