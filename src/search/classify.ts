import type { Embeddings } from '../data/embeddings.ts';
import { checkPart } from '../internal/checkPart.ts';
import { type Classification, majorityVote } from './majorityVote.ts';
import type { Hit, IndexSearchOptions, ItemLabel, VectorIndex } from './vectorIndex.ts';

/**
 * Gives each query [queries, dims] the label that most of its k nearest items have. Items without a label have no vote,
 * nor have items beyond `threshold`; without any vote the label is null: the query is of no known class.
 *
 * @throws MetricLearningError if `index` is none, and as the index's `search` does.
 * @example
 * const [found] = await classify(index, query, 5, { threshold: 0.8 }); // query [1, dims]
 * if (found.label === null) console.log('unknown');
 */
export async function classify(
  index: VectorIndex,
  query: Embeddings,
  k: number,
  options: IndexSearchOptions = {},
): Promise<Classification<ItemLabel>[]> {
  checkPart('classify', 'index', index, 'search');
  const hits = await index.search(query, k, options);
  return hits.map((found) => majorityVote(found.filter(hasLabel), options.threshold));
}

function hasLabel(hit: Hit): hit is Hit & { label: ItemLabel } {
  return hit.label !== undefined;
}
