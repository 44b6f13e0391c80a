import { checkSameDims, type EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance, SearchMetric } from '../../distances/distance.ts';
import { distanceOfOrder, exactOrder, lengthsOf, type RowLength } from './exactDistance.ts';
import { extended, moved, roundedMean, type ScaledRows, squaredNorms } from './rows.ts';

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

/**
 * How far a float32 dot product of unit vectors strays: 4 standard deviations of a sum of `dims` roundings, each of
 * a partial sum (Higham, Mary: A new approach to probabilistic rounding error analysis, SISC 2019), and a few more.
 */
const strayOf = (dims: number): number => ((4 / 3) * Math.sqrt(dims) + 6) * 2 ** -24;

const filled = (count: number, value: number): Float64Array => new Float64Array(count).fill(value);

/** The space of a distance. `where` is what errors name. */
export function createSearchSpace(
  where: string,
  reference: EmbeddingRows,
  distance: Distance,
): SearchSpace {
  const { search } = distance;
  if (search === undefined) return matrixSpace(where, reference, distance);
  if (search.metric === 'euclidean' || search.metric === 'squaredEuclidean') {
    return euclideanSpace(where, reference, search);
  }
  return productSpace(where, reference, search);
}

function matrixSpace(where: string, reference: EmbeddingRows, distance: Distance): SearchSpace {
  return {
    rows: reference,
    matrix: distance,
    prepare(query) {
      checkSameDims(where, query, reference);
      return { rows: query, slack: new Float64Array(query.shape[0]), exact: undefined };
    },
    finish: (order) => order,
  };
}

/** |x|^2 + |y|^2 - 2 x.y loses its digits when the embeddings lie far from the origin: their mean goes there. */
function euclideanSpace(
  where: string,
  reference: EmbeddingRows,
  metric: SearchMetric,
): SearchSpace {
  const [count, dims] = reference.shape;
  const lengths = lengthsOf(reference, metric);
  const scaled = scaledBy(reference, lengths, metric);
  const center = roundedMean(scaled);
  const factor = toUnit(Math.sqrt(maxOf(squaredNorms(scaled, center))));
  const rows = moved(scaled, center, filled(count, factor));
  const norms = squaredNorms(rows);
  const largest = maxOf(norms);
  return {
    rows: extended(rows, [filled(count, 1), norms]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const queryLengths = lengthsOf(query, metric);
      const scaledQuery = scaledBy(query, queryLengths, metric);
      const scales = squaredNorms(scaledQuery, center).map((norm) => rowScale(norm * factor ** 2));
      const moving = scales.map((scale) => -2 * factor * scale);
      const queryRows = moved(scaledQuery, center, moving);
      const queryNorms = squaredNorms(queryRows).map((norm, q) => norm / 4 / scales[q]!);
      return {
        rows: extended(queryRows, [queryNorms, scales]),
        slack: queryNorms.map((norm, q) => strayOf(dims) * (norm + largest * scales[q]!)),
        exact: exactOrder(metric, query, reference, queryLengths, (r) => lengths[r]!),
      };
    },
    finish: distanceOfOrder(metric),
  };
}

/**
 * 1 - x.y: of unit vectors, or of rows that powers of two bring to a length of 1 or less, so that integers stay
 * integers.
 */
function productSpace(where: string, reference: EmbeddingRows, metric: SearchMetric): SearchSpace {
  const [count, dims] = reference.shape;
  const origin = new Float64Array(dims);
  const lengths = lengthsOf(reference, metric);
  const scales = metric.normalize
    ? factorsOf(lengths)
    : filled(count, toUnit(Math.sqrt(maxOf(squaredNorms(reference)))));
  return {
    rows: extended(moved(reference, origin, scales), [filled(count, 1)]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const queryLengths = lengthsOf(query, metric);
      const queryScales = metric.normalize
        ? factorsOf(queryLengths)
        : squaredNorms(query).map((norm) => toUnit(Math.sqrt(norm)));
      const negative = moved(
        query,
        origin,
        queryScales.map((scale) => -scale),
      );
      const total = query.shape[0];
      return {
        rows: extended(negative, [filled(total, 1)]),
        slack: filled(total, strayOf(dims)),
        exact: exactOrder(metric, query, reference, queryLengths, (r) => lengths[r]!),
      };
    },
    finish: distanceOfOrder(metric),
  };
}

function factorsOf(lengths: readonly RowLength[]): Float64Array {
  return Float64Array.from(lengths, ({ factor }) => factor);
}

function scaledBy(
  rows: EmbeddingRows,
  lengths: readonly RowLength[],
  { normalize }: SearchMetric,
): ScaledRows {
  return normalize ? { ...rows, factors: factorsOf(lengths) } : rows;
}

/** The power of two that brings a length to between 1/2 and 1. */
function toUnit(length: number): number {
  return length > 0 ? 2 ** -Math.ceil(Math.log2(length)) : 1;
}

/** 1, or for a query so far away that float32 might overflow, the power of two that brings its square to about 1. */
function rowScale(squaredLength: number): number {
  return squaredLength < 2 ** 60 ? 1 : toUnit(squaredLength);
}

function maxOf(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}
