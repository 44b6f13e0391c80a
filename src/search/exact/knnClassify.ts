import { type Embeddings, readEmbeddings } from '../../data/embeddings.ts';
import { type Labels, toLabels } from '../../data/labels.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { type Classification, majorityVote } from '../majorityVote.ts';
import { thresholdKind } from '../searchOptions.ts';
import { findNeighbors, type SearchOptions, searchOptions } from './nearestNeighbors.ts';

export interface ClassifyOptions extends SearchOptions {
  /**
   * The distance beyond which a neighbor has no vote; a query without any vote is of no known class. Default Infinity:
   * all k neighbors vote.
   */
  threshold?: number;
}

export const classifyOptions: OptionTable<ClassifyOptions, 'onProgress'> = {
  ...searchOptions,
  threshold: preset(Infinity, thresholdKind),
};

/**
 * Gives each query [queries, dims] the label that most of its k nearest references have, or null if no reference is
 * within the threshold ("open set").
 *
 * Of labels with equally many votes, the label of the nearest neighbor wins.
 *
 * @throws MetricLearningError as `nearestNeighbors` does, and if there is not one label per reference.
 * @example
 * const found = await knnClassify(queries, { embeddings, labels }, 5, { threshold: 0.8 });
 * const { label, confidence } = found[0]; // of the first query
 */
export async function knnClassify(
  query: Embeddings,
  reference: { readonly embeddings: Embeddings; readonly labels: Labels },
  k: number,
  options: ClassifyOptions = {},
): Promise<Classification[]> {
  const where = 'knnClassify';
  const { threshold, ...search } = readOptions(where, classifyOptions, options);
  checkRecord(where, 'reference', reference, '{ embeddings, labels }');
  const rows = await readEmbeddings(where, 'reference.embeddings', reference.embeddings);
  const labels = toLabels(where, reference.labels, rows.shape[0]);
  const queries = reference.embeddings === query ? rows : query;
  const { indices, distances, shape } = await findNeighbors(where, queries, rows, k, search);
  return Array.from({ length: shape[0] }, (_, q) => {
    const found = Array.from(indices.subarray(q * k, (q + 1) * k), (index, rank) => ({
      label: labels[index]!,
      distance: distances[q * k + rank]!,
    }));
    return majorityVote(
      found.filter(({ distance }) => distance <= threshold),
      threshold,
    );
  });
}
