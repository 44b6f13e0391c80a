import { logSoftmax, mul, neg, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import type { LossPart } from '../reducers/reducer.ts';
import type { ClassTargets } from './classTargets.ts';

/** `-log softmax(logits)` at the class of each example, times the example's weight. */
export function crossEntropy(logits: Tensor2D, { mask, weights }: ClassTargets): LossPart {
  const likelihood = sum<Tensor1D>(mul(logSoftmax(logits), mask), 1);
  return { name: 'loss', kind: 'elements', values: mul(neg(likelihood), weights) };
}
