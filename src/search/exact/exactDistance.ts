import type { EmbeddingRows } from '../../data/embeddings.ts';
import { squaredDistance } from '../../internal/squaredDistance.ts';
import type { SearchDistance } from '../searchDistance.ts';
import { dotProduct } from './rows.ts';

/** The distance of query q to reference r in float64, bit for bit as `nearestNeighbors` tells it. */
export function exactDistance(
  distance: SearchDistance,
  query: EmbeddingRows,
  reference: EmbeddingRows,
): (q: number, r: number) => number {
  const [{ data: x, shape }, { data: y }] = [query, reference];
  const dims = shape[1];
  if (distance === 'dot') return (q, r) => 0 - dotProduct(x, q, y, r, dims);
  if (distance === 'squaredEuclidean') return (q, r) => squaredDistance(x, q, y, r, dims);
  if (distance === 'euclidean') return (q, r) => Math.sqrt(squaredDistance(x, q, y, r, dims));
  const inverse = (rows: Float32Array, i: number): number => {
    const norm = dotProduct(rows, i, rows, i, dims);
    return norm > 0 ? 1 / Math.sqrt(norm) : 0;
  };
  const factors = Float64Array.from({ length: shape[0] }, (_, q) => inverse(x, q));
  return (q, r) => {
    const [a, b] = [factors[q] as number, inverse(y, r)];
    return a === 0 || b === 0 ? 1 : squaredDistance(x, q, y, r, dims, a, b) / 2;
  };
}
