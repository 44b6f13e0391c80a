import type { Embeddings } from '../data/embeddings.ts';
import type { Labels } from '../data/labels.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { nearestNeighbors } from '../search/exact/nearestNeighbors.ts';
import {
  checkKs,
  countedQueries,
  type EvaluationOptions,
  evaluationOptions,
  readEvaluationSet,
} from './evaluationSet.ts';
import { relevantReferences } from './relevantReferences.ts';
import type { RetrievalOptions } from './retrievalMetrics.ts';

/**
 * The share of queries that have one of their own label among their k nearest references, for each k of `ks`: also
 * known as CMC@k or top-k accuracy. With fewer than k references it is the share among those there are.
 *
 * `embeddings` are [queries, dims], `labels` one class id a row; they search among themselves unless a `reference`
 * is given.
 *
 * @throws MetricLearningError on bad shapes, labels or ks, on rows that are not finite, and if no query counts.
 * @see Jegou, Douze, Schmid: Product quantization for nearest neighbor search, PAMI 2011, for the term.
 */
export async function recallAtK(
  embeddings: Embeddings,
  labels: Labels,
  ks: readonly number[],
  options: EvaluationOptions = {},
): Promise<Record<number, number>> {
  return recall('recallAtK', embeddings, labels, ks, options);
}

/**
 * The share of queries whose nearest reference has their label: accuracy of the nearest neighbour, or recall@1.
 * Takes what `recallAtK` takes.
 *
 * @throws MetricLearningError on bad shapes or labels, on rows that are not finite, and if no query counts.
 */
export async function precisionAt1(
  embeddings: Embeddings,
  labels: Labels,
  options: EvaluationOptions = {},
): Promise<number> {
  const { 1: share } = await recall('precisionAt1', embeddings, labels, [1], options);
  return share as number;
}

async function recall(
  where: string,
  embeddings: Embeddings,
  labels: Labels,
  ks: readonly number[],
  options: EvaluationOptions,
): Promise<Record<number, number>> {
  // Options may be shared with retrievalMetrics, of which these only ask for more.
  checkOptions<RetrievalOptions>(where, options, [...evaluationOptions, 'ks', 'confidence']);
  checkKs(where, 'ks', ks);
  const set = await readEvaluationSet(where, embeddings, labels, options);
  const { queryLabels, referenceLabels, excludeSelf } = set;
  const relevant = relevantReferences(set);
  const counts = queryLabels.map((_, q) => relevant.count(q));
  const counted = countedQueries(where, counts, options);
  const available = referenceLabels.length - (excludeSelf ? 1 : 0);
  const k = Math.min(Math.max(...ks), available);
  const { distance = 'squaredEuclidean', onProgress } = options;
  const { indices } = await nearestNeighbors(set.query, set.reference, k, {
    distance,
    excludeSelf,
    ...(onProgress && { onProgress }),
  });
  const firstHit = Array.from(counted, (q) =>
    indices.subarray(q * k, (q + 1) * k).findIndex((r) => referenceLabels[r] === queryLabels[q]),
  );
  const share = (upTo: number): number =>
    firstHit.filter((rank) => rank >= 0 && rank < upTo).length / counted.length;
  return Object.fromEntries(ks.map((upTo) => [upTo, share(upTo)]));
}
