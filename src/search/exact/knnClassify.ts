import { type Embeddings, readEmbeddings } from '../../data/embeddings.ts';
import { type Labels, toLabels } from '../../data/labels.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkThreshold } from '../checkThreshold.ts';
import { type Classification, majorityVote } from '../majorityVote.ts';
import { nearestNeighbors, type SearchOptions } from './nearestNeighbors.ts';

export interface ClassifyOptions extends SearchOptions {
  /** Neighbours farther than this have no vote: a query with none is of no known class. Default: all vote. */
  threshold?: number;
}

/**
 * Gives each query [queries, dims] the label that most of its k nearest references have, or null if none is within
 * the threshold ("open set"). Of labels with as many votes, the one wins whose first neighbour is nearer.
 *
 * @throws MetricLearningError as `nearestNeighbors` does, and if there is not one label per reference.
 */
export async function knnClassify(
  query: Embeddings,
  reference: { readonly embeddings: Embeddings; readonly labels: Labels },
  k: number,
  options: ClassifyOptions = {},
): Promise<Classification[]> {
  const where = 'knnClassify';
  checkOptions(where, options, ['threshold', 'distance', 'excludeSelf', 'onProgress']);
  const { threshold = Infinity, ...search } = options;
  checkThreshold(where, threshold);
  const rows = await readEmbeddings(where, 'reference.embeddings', reference.embeddings);
  const labels = toLabels(where, reference.labels, rows.shape[0]);
  const queries = reference.embeddings === query ? rows : query;
  const { indices, distances, shape } = await nearestNeighbors(queries, rows, k, search);
  return Array.from({ length: shape[0] }, (_, q) => {
    const found = Array.from(indices.subarray(q * k, (q + 1) * k), (index, rank) => ({
      label: labels[index] as number,
      distance: distances[q * k + rank] as number,
    }));
    return majorityVote(
      found.filter(({ distance }) => distance <= threshold),
      k,
    );
  });
}
