import { type ClassLabels, readClassLabels } from '../data/classLabels.ts';
import { type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { type OptionTable, readOptions } from '../internal/readOptions.ts';
import {
  type ClusteringScoreOptions,
  type ClusteringScores,
  clusteringScoreOptions,
  clusteringScores,
} from './clusteringScores.ts';
import { type KMeansOptions, kMeans, kMeansOptions } from './kMeans.ts';

export interface ClusteringMetricsOptions extends KMeansOptions, ClusteringScoreOptions {}

export const clusteringMetricsOptions: OptionTable<ClusteringMetricsOptions> = {
  ...kMeansOptions,
  ...clusteringScoreOptions,
};

/**
 * How well the classes appear as clusters: k-means into as many clusters as there are classes, compared with the labels.
 *
 * `embeddings` are [count, dims], `labels` one class id or name a row. The scores depend on `seed`; with more `restarts` they
 * depend on it less.
 *
 * @throws MetricLearningError on bad shapes, labels or options, and on rows that are not finite.
 * @example
 * const { nmi, ami } = await clusteringMetrics(embeddings, labels, { seed: 0 });
 */
export async function clusteringMetrics(
  embeddings: Embeddings,
  labels: ClassLabels,
  options: ClusteringMetricsOptions,
): Promise<ClusteringScores> {
  const where = 'clusteringMetrics';
  const { average, ...clustering } = readOptions(where, clusteringMetricsOptions, options);
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  const ids = readClassLabels(where, labels, rows.shape[0]).ids;
  const { clusters } = await kMeans(rows, new Set(ids).size, clustering);
  return clusteringScores(ids, clusters, { average });
}
