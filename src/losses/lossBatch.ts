import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkEmbeddings } from '../ops/checkEmbeddings.ts';
import { checkTuples } from '../tuples/internal/checkTuples.ts';
import type { Tuples } from '../tuples/tuples.ts';
import { type ComputeOptions, readComputeOptions } from './computeOptions.ts';
import type { LossInputs } from './loss.ts';

/** A batch that passed all checks: what the formula of a loss gets. */
export interface LossBatch {
  readonly embeddings: Tensor2D;
  /** The classes of the batch; null when the loss was called without. */
  readonly labels: Int32Array | null;
  readonly tuples: Tuples | undefined;
  /** The reference set; undefined when positives and negatives come from the batch itself. */
  readonly reference: Tensor2D | undefined;
  /** The number of embeddings that positives and negatives are taken from. */
  readonly candidates: number;
  /** The classes of these embeddings. */
  readonly candidateLabels: Int32Array | null;
}

/**
 * The arguments of a call of `compute`, checked.
 *
 * @throws MetricLearningError if two of them do not fit each other, or the loss does not accept one.
 */
export function lossBatch(
  where: string,
  accepts: LossInputs,
  embeddings: Tensor2D,
  labels: Labels | null,
  options: ComputeOptions | undefined,
): LossBatch {
  const { tuples, reference } = readComputeOptions(where, options);
  if ((labels as unknown as Tensor2D | null)?.shape?.length === 2) throw swapped(where);
  checkEmbeddings(where, 'embeddings', embeddings);
  checkAccepted(where, accepts, { tuples, reference });
  const set = reference?.embeddings;
  if (set !== undefined) checkReference(where, embeddings, set);
  const [batch] = embeddings.shape;
  const candidates = set?.shape[0] ?? batch;

  const needed =
    accepts.labels === 'needed' || (accepts.labels === 'or tuples' && tuples === undefined);
  const ids = checkLabels(where, 'labels', accepts, needed, labels, batch);
  const others =
    reference === undefined
      ? ids
      : checkLabels(
          where,
          'reference.labels',
          accepts,
          needed || (ids !== null && tuples === undefined),
          reference.labels,
          candidates,
        );
  if (tuples !== undefined) checkTuples(where, tuples, batch, candidates);
  return { embeddings, labels: ids, tuples, reference: set, candidates, candidateLabels: others };
}

function checkAccepted(
  where: string,
  accepts: LossInputs,
  { tuples, reference }: ComputeOptions,
): void {
  if (tuples !== undefined && accepts.tuples === 'none') {
    throw new MetricLearningError({
      where,
      expected: 'no tuples: the loss looks at the whole batch',
      got: 'tuples',
      fix: 'Leave the miner out.',
    });
  }
  if (reference !== undefined && accepts.reference === 'none') {
    throw new MetricLearningError({
      where,
      expected: 'no reference set: the loss is defined within a batch',
      got: 'a reference',
    });
  }
  if (reference === undefined && accepts.reference === 'needed') {
    throw new MetricLearningError({
      where,
      expected: 'a reference: the embeddings of another view of the same examples',
      got: 'none',
      fix: 'Call compute(first, null, { reference: { embeddings: second } }).',
    });
  }
}

function checkReference(where: string, embeddings: Tensor2D, reference: Tensor2D): void {
  checkEmbeddings(where, 'reference.embeddings', reference);
  if (reference.shape[1] === embeddings.shape[1]) return;
  throw new MetricLearningError({
    where,
    expected: `reference.embeddings of as many dims as the embeddings (${embeddings.shape[1]})`,
    got: `${reference.shape[1]}`,
  });
}

function checkLabels(
  where: string,
  name: string,
  accepts: LossInputs,
  needed: boolean,
  labels: Labels | null | undefined,
  count: number,
): Int32Array | null {
  if (labels === null || labels === undefined) {
    if (!needed) return null;
    throw new MetricLearningError({
      where,
      expected: accepts.labels === 'needed' ? name : `${name}, or tuples in their place`,
      got: show(labels),
    });
  }
  if (accepts.labels !== 'none') return toLabels(where, labels, count);
  throw new MetricLearningError({
    where,
    expected: `null for ${name}: the loss needs none`,
    got: show(labels),
  });
}

function swapped(where: string): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'compute(embeddings, labels)',
    got: 'embeddings as labels',
    fix: 'In model.compile use tripletLoss: it takes (yTrue, yPred).',
  });
}
