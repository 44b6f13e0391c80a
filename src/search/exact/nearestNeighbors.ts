import {
  checkSameDims,
  type EmbeddingRows,
  type Embeddings,
  readEmbeddings,
} from '../../data/embeddings.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger } from '../../internal/checks.ts';
import { checkSearchDistance, type SearchDistance } from '../searchDistance.ts';
import type { Found } from './rowSearch.ts';
import { createSearcher } from './searcher.ts';

export interface SearchOptions {
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
  /**
   * Leave query i's own row, reference i, out of its neighbours: for a set searched in itself, or in a reference
   * that begins with the queries. A duplicate of the query elsewhere stays a neighbour. Default false.
   */
  excludeSelf?: boolean;
  /** Called after each block with the number of queries done, and of all. */
  onProgress?: (done: number, total: number) => void;
}

/** The k nearest references of each query, nearest first: both arrays are [queries, k] in row-major order. */
export interface Neighbors {
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  readonly shape: readonly [queries: number, k: number];
}

/**
 * The k nearest references of each query, exactly: `query` is [queries, dims], `reference` [references, dims].
 *
 * The candidates come from matrix products on the current backend, in tiles of 4 MB; where very many are about as near
 * as the k-th, as duplicates are, from whole rows, 32 MB at a time. Their distances are then computed again in float64
 * from the differences, so that duplicates are at 0 and the order does not depend on the backend. Of equal distances the
 * lower index comes first.
 *
 * (Of more than 1,000 candidates that float32 cannot tell from the k-th, the lower index wins.)
 *
 * @throws MetricLearningError if the shapes do not fit, a row holds NaN or Infinity, or there are fewer than k references.
 */
export async function nearestNeighbors(
  query: Embeddings,
  reference: Embeddings,
  k: number,
  options: SearchOptions = {},
): Promise<Neighbors> {
  const where = 'nearestNeighbors';
  checkOptions(where, options, ['distance', 'excludeSelf', 'onProgress']);
  const { distance = 'squaredEuclidean', excludeSelf = false, onProgress } = options;
  const queries = await readEmbeddings(where, 'query', query);
  const references =
    reference === query ? queries : await readEmbeddings(where, 'reference', reference);
  checkSearchDistance(where, distance);
  checkSameDims(where, queries, references);
  if (excludeSelf) checkBeginsWith(where, references, queries);
  checkK(where, k, references.shape[0] - (excludeSelf ? 1 : 0));

  const total = queries.shape[0];
  const indices = new Int32Array(total * k);
  const distances = new Float64Array(total * k);
  const searcher = createSearcher(where, references, distance);
  try {
    const visit = (q: number, found: readonly Found[]): void => {
      for (const [rank, { index, distance }] of found.entries()) {
        indices[q * k + rank] = index;
        distances[q * k + rank] = distance;
      }
    };
    await searcher.find(queries, k, visit, { excludeSelf, ...(onProgress && { onProgress }) });
  } finally {
    searcher.dispose();
  }
  return { indices, distances, shape: [total, k] };
}

function checkK(where: string, k: number, available: number): void {
  checkInteger(where, 'k', k);
  if (k > available) {
    throw new MetricLearningError({
      where,
      expected: `k to be at most the number of references to choose from (${available})`,
      got: `k: ${k}`,
    });
  }
}

/** Throws unless the first references are the queries, row by row. */
export function checkBeginsWith(
  where: string,
  reference: EmbeddingRows,
  query: EmbeddingRows,
): void {
  if (reference === query) return;
  const dims = query.shape[1];
  const other = query.data.findIndex((value, i) => value !== reference.data[i]);
  if (other >= 0) {
    throw new MetricLearningError({
      where,
      expected: 'the reference to begin with the rows of the query, for excludeSelf',
      got: `another row at ${Math.floor(other / dims)}`,
    });
  }
}
