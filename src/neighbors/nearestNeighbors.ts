import { checkInteger } from '../base/checks.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../base/embeddings.ts';
import { MetricLearningError } from '../base/errors.ts';
import { distanceBlocks } from './distanceBlocks.ts';
import { createNearestFinder } from './nearestFinder.ts';
import type { SearchDistance } from './searchDistance.ts';
import { createSearchSpace, type SearchSpace } from './searchSpace.ts';

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
 * The candidates come from blocked matrix products on the current backend, never more than 32 MB of distances at a
 * time; their distances are then computed again in float64 from the differences, so that duplicates are at 0 and the
 * order does not depend on the backend. Of equal distances the lower index comes first.
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
  const { distance = 'squaredEuclidean', excludeSelf = false, onProgress } = options;
  const where = 'nearestNeighbors';
  const queries = await readEmbeddings(where, 'query', query);
  const references =
    reference === query ? queries : await readEmbeddings(where, 'reference', reference);
  const space = createSearchSpace(where, queries, references, distance);
  if (excludeSelf) checkBeginsWith(where, references, queries);
  checkK(where, k, references.shape[0] - (excludeSelf ? 1 : 0));

  const total = queries.shape[0];
  const indices = new Int32Array(total * k);
  const distances = new Float64Array(total * k);
  const search = createRowSearch(space, k);
  for await (const { first, count, distances: block } of distanceBlocks(space, excludeSelf)) {
    const width = references.shape[0];
    for (let i = 0; i < count; i++) {
      const row = block.subarray(i * width, (i + 1) * width);
      search(first + i, row).forEach((found, rank) => {
        indices[(first + i) * k + rank] = found.index;
        distances[(first + i) * k + rank] = space.finish(found.distance);
      });
    }
    onProgress?.(first + count, total);
  }
  return { indices, distances, shape: [total, k] };
}

interface Found {
  readonly index: number;
  readonly distance: number;
}

const extraCandidates = 1000;

/** Finds the k nearest of one query in its row of float32 distances, and ranks them by the exact ones. */
function createRowSearch(space: SearchSpace, k: number): (q: number, row: Float32Array) => Found[] {
  const finder = createNearestFinder(k);
  return (q, row) => {
    const candidates = Array.from(finder.find(row));
    const border = finder.largest() + 2 * (space.slack[q] as number);
    const known = new Set(candidates);
    const most = k + extraCandidates;
    for (let r = 0; r < row.length && candidates.length < most; r++) {
      if ((row[r] as number) <= border && !known.has(r)) candidates.push(r);
    }
    return candidates
      .map((index) => ({ index, distance: space.exact(q, index) }))
      .sort((a, b) => a.distance - b.distance || a.index - b.index)
      .slice(0, k);
  };
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
