import type { Embeddings } from '../data/embeddings.ts';
import type { Hit, IndexSearchOptions, VectorIndex } from './vectorIndex.ts';

/**
 * The nearest item of each query [queries, dims] if it is no farther than `threshold`, else null: is it a match?
 *
 * @throws MetricLearningError as the index's `search` does.
 */
export async function findMatches(
  index: VectorIndex,
  query: Embeddings,
  options: IndexSearchOptions & { threshold: number },
): Promise<(Hit | null)[]> {
  const hits = await index.search(query, 1, options);
  return hits.map(([nearest]) => nearest ?? null);
}
