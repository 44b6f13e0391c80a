import type { Embeddings } from '../data/embeddings.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { readOptions, required } from '../internal/readOptions.ts';
import { thresholdKind } from './searchOptions.ts';
import type { Hit, IndexSearchOptions, VectorIndex } from './vectorIndex.ts';

/**
 * The nearest item of each query [queries, dims] if it is no farther than `threshold`, else null: is there a match?
 *
 * @throws MetricLearningError if there is no threshold, and as the index's `search` does.
 * @example
 * const [match] = await findMatches(index, query, { threshold: 0.8 }); // query [1, dims]
 * if (match) console.log(match.id, match.distance);
 */
export async function findMatches(
  index: VectorIndex,
  query: Embeddings,
  options: IndexSearchOptions & { threshold: number },
): Promise<(Hit | null)[]> {
  checkRecord('findMatches', 'options', options, '{ threshold }');
  const { threshold } = options;
  readOptions('findMatches', { threshold: required(thresholdKind) }, { threshold });
  const hits = await index.search(query, 1, options);
  return hits.map(([nearest]) => nearest ?? null);
}
