import type { Embeddings } from '../data/embeddings.ts';
import { type Classification, majorityVote } from './majorityVote.ts';
import type { Hit, IndexSearchOptions, ItemLabel, VectorIndex } from './vectorIndex.ts';

/**
 * Gives each query [queries, dims] the label that most of its k nearest items have; items without a label have no
 * vote, nor have those beyond `threshold`: with none left the label is null, the query is of no known class.
 *
 * @throws MetricLearningError as the index's `search` does.
 */
export async function classify(
  index: VectorIndex,
  query: Embeddings,
  k: number,
  options: IndexSearchOptions = {},
): Promise<Classification<ItemLabel>[]> {
  const hits = await index.search(query, k, options);
  return hits.map((found) => majorityVote(found.filter(hasLabel), k));
}

function hasLabel(hit: Hit): hit is Hit & { label: ItemLabel } {
  return hit.label !== undefined;
}
