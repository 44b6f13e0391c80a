import { sub } from '@tensorflow/tfjs-core';
import { checkFinite, checkPositive } from '../../internal/checks.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { type ClassLoss, type ClassLossOptions, checkClassOptions } from './classLoss.ts';

export interface CosFaceLossOptions extends ClassLossOptions {
  /** Taken from the cosine to the own class. Default 0.35. */
  margin?: number;
  /** What cosines are multiplied by: the length of all embeddings, so to say. Default 64. */
  scale?: number;
}

/**
 * CosFace: cross entropy over `scale * cos(angle)` to each class, the own class's being `scale * (cos(angle) - margin)`.
 *
 * Its weights are `W`, [dims, classes].
 *
 * @throws MetricLearningError if `margin` is not finite, `scale` not positive, or `classes` or `dims` no whole
 * number >= 1.
 * @see Wang et al.: CosFace, CVPR 2018, https://arxiv.org/abs/1801.09414; Wang et al.: Additive Margin Softmax,
 * https://arxiv.org/abs/1801.05599
 */
export function cosFaceLoss(options: CosFaceLossOptions): ClassLoss {
  checkClassOptions('cosFaceLoss', options, ['margin', 'scale']);
  const { margin = 0.35, scale = 64 } = options;
  checkFinite('cosFaceLoss', 'margin', margin);
  checkPositive('cosFaceLoss', 'scale', scale);
  return marginSoftmaxLoss({
    name: 'cosFaceLoss',
    options,
    margin: (cosine) => ({ value: sub(cosine, margin) }),
    scale,
  });
}
