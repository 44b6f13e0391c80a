import { add, sub, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow } from '../../ops/rows.ts';
import type { LossBatch } from '../lossBatch.ts';
import { pairCounts } from './pairCounts.ts';

/**
 * `-log` of the probability that an example's neighbor, drawn by the softmax of `logits` over all others, is of its
 * class: one value an example; `counts` is 0 for examples alone in their class.
 */
export function neighborhood(
  logits: Tensor2D,
  batch: LossBatch,
): { values: Tensor1D; counts: Tensor1D } {
  const { positives, negatives } = pairCounts({ ...batch, tuples: undefined });
  const all = maskedLogSumExp(logits, add(positives, negatives));
  const same = maskedLogSumExp(logits, positives);
  return { values: sub(all, same), counts: anyInRow(positives) };
}
