import { mul } from '@tensorflow/tfjs-core';
import { checkInteger, checkPositive } from '../../internal/checks.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { multipleAngle } from '../internal/multipleAngle.ts';
import { type ClassLoss, type ClassLossOptions, checkClassOptions } from './classLoss.ts';
import { lengths } from './largeMarginSoftmaxLoss.ts';

export interface SphereFaceLossOptions extends ClassLossOptions {
  /** What the angle to the own class is multiplied by: a whole number. Default 4. */
  margin?: number;
  /** What logits are multiplied by. Default 1. */
  scale?: number;
}

/**
 * SphereFace: cross entropy over `scale * |x| * cos(angle)` to each class, the own class's angle multiplied by
 * `margin`.
 *
 * The length of embeddings x counts, that of class weights does not. Its weights are `W`, [dims, classes].
 *
 * @throws MetricLearningError if `margin`, `classes` or `dims` is no whole number >= 1, or `scale` not positive.
 * @see Liu et al.: SphereFace, CVPR 2017. https://arxiv.org/abs/1704.08063
 */
export function sphereFaceLoss(options: SphereFaceLossOptions): ClassLoss {
  checkClassOptions('sphereFaceLoss', options, ['margin', 'scale']);
  const { margin = 4, scale = 1 } = options;
  checkInteger('sphereFaceLoss', 'margin', margin);
  checkPositive('sphereFaceLoss', 'scale', scale);
  return marginSoftmaxLoss({
    name: 'sphereFaceLoss',
    options,
    margin: multipleAngle(margin),
    scale,
    stretch: (cosines, embeddings) => mul(cosines, lengths(embeddings)),
  });
}
