import {
  checkSameDims,
  type EmbeddingRows,
  type Embeddings,
  readEmbeddings,
} from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { distanceRule } from '../../distances/distanceOption.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkInteger } from '../../internal/checks.ts';
import { callback, flag } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
} from '../../internal/readOptions.ts';
import type { Found } from './nearestAmong.ts';
import { createSearcher } from './searcher.ts';

export interface SearchOptions {
  /**
   * How far two embeddings are apart. A similarity is reported so that smaller means nearer: `cosineSimilarity()` as
   * `1 - cos`, any other negated. Default: `lpDistance()`, Euclidean between unit vectors.
   */
  distance?: Distance;
  /**
   * Leaves reference i out of the neighbors of query i: for a set that is searched in itself, or in a reference that
   * begins with the queries. A duplicate of the query elsewhere stays a neighbor. Default false.
   */
  excludeSelf?: boolean;
  /** Called after each block with the number of queries done, and the number of all queries. */
  onProgress?: (done: number, total: number) => void;
}

export const searchOptions: OptionTable<SearchOptions, 'onProgress'> = {
  distance: distanceRule,
  excludeSelf: preset(false, flag),
  onProgress: optional(callback('(done, total) => ..')),
};

/** The k nearest references of each query, nearest first. Both arrays are [queries, k] in row-major order. */
export interface Neighbors {
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  readonly shape: readonly [queries: number, k: number];
}

/**
 * The k nearest references of each query, exactly: `query` is [queries, dims], `reference` [references, dims].
 *
 * Candidates come from matrix products on the current backend, in tiles of 4 MB. The distances of the candidates are
 * then computed in float64 from the differences, so that duplicates are at 0 and the order does not depend on the
 * backend. Of equal distances the lower index comes first; among more than 1,000 references that float32 cannot tell
 * from the k-th, the lower index wins. A distance without `search` (`lpDistance({ p: 1 })`, `snrDistance()`, your own)
 * is computed by its `matrix`, in float32.
 *
 * @throws MetricLearningError if the shapes do not fit, a row holds NaN or Infinity, there are fewer than k references,
 * or an option is unknown or out of its range.
 * @example
 * const { indices, distances } = await nearestNeighbors(queries, references, 5); // both [queries, 5]
 */
export async function nearestNeighbors(
  query: Embeddings,
  reference: Embeddings,
  k: number,
  options: SearchOptions = {},
): Promise<Neighbors> {
  const where = 'nearestNeighbors';
  return findNeighbors(where, query, reference, k, readOptions(where, searchOptions, options));
}

/** The same for options that were read; `where` is what errors name. */
export async function findNeighbors(
  where: string,
  query: Embeddings,
  reference: Embeddings,
  k: number,
  { distance, excludeSelf, onProgress }: OptionValues<typeof searchOptions>,
): Promise<Neighbors> {
  const queries = await readEmbeddings(where, 'query', query);
  const references =
    reference === query ? queries : await readEmbeddings(where, 'reference', reference);
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
      expected: 'the reference to begin with the rows of the query, as excludeSelf is true',
      got: `a different row ${Math.floor(other / dims)}`,
    });
  }
}
