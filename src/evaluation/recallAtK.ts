import type { ClassLabels } from '../data/classLabels.ts';
import type { Embeddings } from '../data/embeddings.ts';
import { readOptions } from '../internal/readOptions.ts';
import {
  checkKs,
  countedQueries,
  type EvaluationOptions,
  evaluationOptions,
  readEvaluationSet,
} from './evaluationSet.ts';
import { forEachRanking } from './rankings.ts';
import { relevantReferences } from './relevantReferences.ts';
import { retrievalOptions } from './retrievalMetrics.ts';

/**
 * The share of queries that find a reference of their label among their k nearest, for each k of `ks`; also known as
 * CMC@k or top-k accuracy. With fewer than k references it is the share among all of them.
 *
 * `embeddings` are [queries, dims], `labels` one class id or name a row. The queries search among themselves unless a
 * `reference` is given.
 *
 * @throws MetricLearningError on bad shapes, labels or ks, on rows that are not finite, and if no query counts.
 * @example
 * const { 1: first, 5: fifth } = await recallAtK(embeddings, labels, [1, 5]);
 * @see Jegou, Douze, Schmid: Product quantization for nearest neighbor search, PAMI 2011, for the term.
 */
export async function recallAtK(
  embeddings: Embeddings,
  labels: ClassLabels,
  ks: readonly number[],
  options: EvaluationOptions = {},
): Promise<Record<number, number>> {
  return recall('recallAtK', embeddings, labels, ks, options);
}

/**
 * The share of queries whose nearest reference has their label: accuracy of the nearest neighbor, or recall@1. It
 * accepts what `recallAtK` accepts.
 *
 * @throws MetricLearningError on bad shapes or labels, on rows that are not finite, and if no query counts.
 * @example
 * const accuracy = await precisionAt1(embeddings, labels); // from 0 to 1
 */
export async function precisionAt1(
  embeddings: Embeddings,
  labels: ClassLabels,
  options: EvaluationOptions = {},
): Promise<number> {
  const { 1: share } = await recall('precisionAt1', embeddings, labels, [1], options);
  return share as number;
}

/** Accepts the options of `retrievalMetrics` too, so that one record of options serves both. */
const sharedOptions = {
  ...evaluationOptions,
  ks: retrievalOptions.ks,
  confidence: retrievalOptions.confidence,
};

async function recall(
  where: string,
  embeddings: Embeddings,
  labels: ClassLabels,
  ks: readonly number[],
  options: EvaluationOptions,
): Promise<Record<number, number>> {
  checkKs(where, 'ks', ks);
  const { distance, singletonQueries, ignore, onProgress, ...given } = readOptions(
    where,
    sharedOptions,
    options,
  );
  const set = await readEvaluationSet(where, embeddings, labels, given);
  const relevant = relevantReferences(set, undefined, ignore);
  const counts = set.queryLabels.map((_, q) => relevant.count(q));
  const counted = countedQueries(where, counts, singletonQueries);
  const firstHits = new Float64Array(counts.length).fill(Infinity);
  await forEachRanking(
    where,
    set,
    { distance, ignore, onProgress, depth: Math.max(...ks) },
    relevant,
    (q, ranks) => {
      firstHits[q] = ranks[0] ?? Infinity;
    },
  );
  const share = (k: number): number =>
    counted.filter((q) => firstHits[q]! <= k).length / counted.length;
  return Object.fromEntries(ks.map((k) => [k, share(k)]));
}
