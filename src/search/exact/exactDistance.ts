import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { SearchMetric } from '../../distances/distance.ts';
import { squaredDistance } from '../../internal/squaredDistance.ts';
import { dotProduct } from './rows.ts';

/** How the length of a row enters a distance that normalizes. */
export interface RowLength {
  /** What the row is multiplied by: 1 / its length, or 1 / `minNorm` for a shorter row. */
  readonly factor: number;
  /** 1 - the squared length after that: 0, but for rows shorter than `minNorm`. */
  readonly missing: number;
}

/** The `RowLength` of row i, in float64. */
export function lengthOf(
  { data, shape: [, dims] }: EmbeddingRows,
  i: number,
  minNorm: number,
): RowLength {
  const length = Math.sqrt(dotProduct(data, i, data, i, dims));
  if (length >= minNorm) return { factor: 1 / length, missing: 0 };
  return { factor: 1 / minNorm, missing: 1 - (length / minNorm) ** 2 };
}

/** The `RowLength` of each row; none for a metric that does not normalize. */
export function lengthsOf(
  rows: EmbeddingRows,
  { normalize, minNorm }: SearchMetric,
): readonly RowLength[] {
  if (!normalize) return [];
  return Array.from({ length: rows.shape[0] }, (_, i) => lengthOf(rows, i, minNorm));
}

/**
 * A number in float64 that orders the references of one query as their distances do: the distance itself, or its
 * square for `euclidean`. `distanceOfOrder` gives the distance.
 *
 * The cosine comes from the squared distance of the unit vectors, which is exactly 0 for equal rows.
 */
export function exactOrder(
  metric: SearchMetric,
  query: EmbeddingRows,
  reference: EmbeddingRows,
  queryLengths: readonly RowLength[] = lengthsOf(query, metric),
  referenceLength: (r: number) => RowLength = (r) => lengthOf(reference, r, metric.minNorm),
): (q: number, r: number) => number {
  const [{ data: x, shape }, { data: y }] = [query, reference];
  const dims = shape[1];
  if (!metric.normalize) {
    if (metric.metric === 'dot') return (q, r) => 0 - dotProduct(x, q, y, r, dims);
    return (q, r) => squaredDistance(x, q, y, r, dims);
  }
  return (q, r) => {
    const [a, b] = [queryLengths[q]!, referenceLength(r)];
    if (metric.metric === 'dot') return 0 - a.factor * b.factor * dotProduct(x, q, y, r, dims);
    const square = squaredDistance(x, q, y, r, dims, a.factor, b.factor);
    return metric.metric === 'cosine' ? (square + a.missing + b.missing) / 2 : square;
  };
}

/** The distance that a number of `exactOrder` stands for. */
export function distanceOfOrder({ metric }: SearchMetric): (order: number) => number {
  return metric === 'euclidean' ? Math.sqrt : (order) => order;
}

/** The distance of query q to reference r in float64, bit for bit as `nearestNeighbors` reports it. */
export function exactDistance(
  metric: SearchMetric,
  query: EmbeddingRows,
  reference: EmbeddingRows,
): (q: number, r: number) => number {
  const order = exactOrder(metric, query, reference);
  const finish = distanceOfOrder(metric);
  return (q, r) => finish(order(q, r));
}
