import { type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { type Labels, toLabels } from '../data/labels.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import {
  type ClusteringScoreOptions,
  type ClusteringScores,
  clusteringScores,
} from './clusteringScores.ts';
import { type KMeansOptions, kMeans } from './kMeans.ts';

/**
 * How well the classes show as clusters: k-means into as many clusters as there are labels, compared with them.
 *
 * `embeddings` are [count, dims], `labels` one class id a row. The scores depend on `seed`; more `restarts` make them
 * depend on it less.
 *
 * @throws MetricLearningError on bad shapes, labels or options, and on rows that are not finite.
 */
export async function clusteringMetrics(
  embeddings: Embeddings,
  labels: Labels,
  options: KMeansOptions & ClusteringScoreOptions,
): Promise<ClusteringScores> {
  const where = 'clusteringMetrics';
  checkOptions(where, options, ['seed', 'restarts', 'iterations', 'average']);
  const { average = 'arithmetic', ...clustering } = options;
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  const ids = toLabels(where, labels, rows.shape[0]);
  const { clusters } = await kMeans(rows, new Set(ids).size, clustering);
  return clusteringScores(ids, clusters, { average });
}
