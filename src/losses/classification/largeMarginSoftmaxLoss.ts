import { mul, square, sum, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { checkInteger, checkPositive } from '../../internal/checks.ts';
import { safeSqrt } from '../../ops/safeSqrt.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { multipleAngle } from '../internal/multipleAngle.ts';
import { type ClassLoss, type ClassLossOptions, checkClassOptions } from './classLoss.ts';

export interface LargeMarginSoftmaxLossOptions extends ClassLossOptions {
  /** What the angle to the own class is multiplied by: a whole number. Default 4. */
  margin?: number;
  /** What logits are multiplied by. Default 1. */
  scale?: number;
}

/**
 * Large-margin softmax: cross entropy over `scale * |x| * |w| * cos(angle)` to each class, the own class's angle
 * multiplied by `margin`.
 *
 * Lengths count: of embeddings x and of class weights w. `sphereFaceLoss` leaves out the latter. Its weights are `W`,
 * [dims, classes].
 *
 * @throws MetricLearningError if `margin`, `classes` or `dims` is no whole number >= 1, or `scale` not positive.
 * @see Liu et al.: Large-Margin Softmax Loss, ICML 2016. https://arxiv.org/abs/1612.02295
 */
export function largeMarginSoftmaxLoss(options: LargeMarginSoftmaxLossOptions): ClassLoss {
  checkClassOptions('largeMarginSoftmaxLoss', options, ['margin', 'scale']);
  const { margin = 4, scale = 1 } = options;
  checkInteger('largeMarginSoftmaxLoss', 'margin', margin);
  checkPositive('largeMarginSoftmaxLoss', 'scale', scale);
  return marginSoftmaxLoss({
    name: 'largeMarginSoftmaxLoss',
    options,
    margin: multipleAngle(margin),
    scale,
    stretch: (cosines, embeddings, rows) =>
      mul(mul(cosines, lengths(embeddings)), transpose(lengths(rows))),
  });
}

/** The length of each row, [rows, 1]; its gradient at 0 is 0. */
export function lengths(rows: Tensor2D): Tensor2D {
  return safeSqrt(sum<Tensor2D>(square(rows), 1, true));
}
