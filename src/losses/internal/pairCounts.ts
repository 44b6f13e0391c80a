import { type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from '../../ops/ownKernel.ts';
import { toPairs } from '../../tuples/convertTuples.ts';
import type { LossBatch } from '../lossBatch.ts';

/** The number of times that each pair of a batch counts: constants of the shape [batch, candidates]. */
export interface PairCounts {
  readonly positives: Tensor2D;
  readonly negatives: Tensor2D;
  /** Whether there is any positive pair. */
  readonly anyPositive: boolean;
  /** Whether there is any negative pair. */
  readonly anyNegative: boolean;
}

/**
 * The pairs of a batch: those of its tuples, or without tuples all that the labels allow. A pair that the tuples repeat
 * counts as often as it is there, and with `once` one time.
 */
export function pairCounts(batch: LossBatch, once = false): PairCounts {
  if (batch.tuples === undefined && hasOwnKernel('SimdPairMasks')) return masksOfLabels(batch);
  const { positives, negatives, shape } = pairNumbers(batch, once);
  return {
    positives: tensor2d(positives, shape),
    negatives: tensor2d(negatives, shape),
    anyPositive: positives.includes(1) || positives.some((count) => count > 0),
    anyNegative: negatives.includes(1) || negatives.some((count) => count > 0),
  };
}

function masksOfLabels({ labels, candidateLabels, reference }: LossBatch): PairCounts {
  const [anchors, others] = [labels as Int32Array, candidateLabels as Int32Array];
  const self = reference === undefined;
  const sizes = new Map<number, number>();
  for (const label of others) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const sizeOf = (label: number): number => sizes.get(label) ?? 0;
  const inputs = { labels: tensor1d(anchors, 'int32'), others: tensor1d(others, 'int32') };
  const [positives, negatives] = runOwnKernel('SimdPairMasks', inputs, { self }) as Tensor2D[];
  return {
    positives: positives as Tensor2D,
    negatives: negatives as Tensor2D,
    anyPositive: anchors.some((label) => sizeOf(label) > (self ? 1 : 0)),
    anyNegative: anchors.some((label) => sizeOf(label) < others.length),
  };
}

/** The pairs of a batch as plain numbers, in row-major order. */
export function pairNumbers(
  batch: LossBatch,
  once = false,
): { positives: Float32Array; negatives: Float32Array; shape: [number, number] } {
  const shape: [number, number] = [batch.embeddings.shape[0], batch.candidates];
  const positives = new Float32Array(shape[0] * shape[1]);
  const negatives = new Float32Array(shape[0] * shape[1]);
  if (batch.tuples === undefined) markByLabels(batch, positives, negatives);
  else {
    const { positiveAnchor, positive, negativeAnchor, negative } = toPairs(batch.tuples);
    mark(positives, positiveAnchor, positive, shape[1], once);
    mark(negatives, negativeAnchor, negative, shape[1], once);
  }
  return { positives, negatives, shape };
}

function markByLabels(batch: LossBatch, positives: Float32Array, negatives: Float32Array): void {
  const labels = batch.labels as Int32Array;
  const others = batch.candidateLabels as Int32Array;
  const self = batch.reference === undefined;
  let index = 0;
  for (let anchor = 0; anchor < labels.length; anchor++) {
    const label = labels[anchor];
    for (let other = 0; other < others.length; other++, index++) {
      if (label !== others[other]) negatives[index] = 1;
      else if (!self || anchor !== other) positives[index] = 1;
    }
  }
}

function mark(
  counts: Float32Array,
  anchors: Int32Array,
  partners: Int32Array,
  candidates: number,
  once: boolean,
): void {
  for (let i = 0; i < anchors.length; i++) {
    const index = anchors[i]! * candidates + partners[i]!;
    counts[index] = once ? 1 : counts[index]! + 1;
  }
}
