import { checkBetween, checkPositive } from '../../internal/checks.ts';
import { arcMargin } from '../internal/arcMargin.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { type ClassLoss, type ClassLossOptions, checkClassOptions } from './classLoss.ts';

export interface ArcFaceLossOptions extends ClassLossOptions {
  /** Added to the angle to the own class, in degrees. Default 28.6 (0.5 radians). */
  marginDegrees?: number;
  /** What cosines are multiplied by: the length of all embeddings, so to say. Default 64. */
  scale?: number;
}

/**
 * ArcFace: cross entropy over `scale * cos(angle)` to each class, the own class's being `scale * cos(angle + margin)`.
 *
 * Where the angle and the margin exceed 180 degrees, the own class's is `scale * (cos(angle) - margin * sin(margin))`,
 * which goes on falling. Its weights are `W`, [dims, classes].
 *
 * @throws MetricLearningError if `marginDegrees` is not from 0 to 180, `scale` not positive, or `classes` or `dims` no
 * whole number >= 1.
 * @see Deng et al.: ArcFace, CVPR 2019. https://arxiv.org/abs/1801.07698
 */
export function arcFaceLoss(options: ArcFaceLossOptions): ClassLoss {
  checkClassOptions('arcFaceLoss', options, ['marginDegrees', 'scale']);
  const { marginDegrees = 28.6, scale = 64 } = options;
  checkBetween('arcFaceLoss', 'marginDegrees', marginDegrees, 0, 180);
  checkPositive('arcFaceLoss', 'scale', scale);
  return marginSoftmaxLoss({
    name: 'arcFaceLoss',
    options,
    margin: arcMargin((marginDegrees * Math.PI) / 180),
    scale,
  });
}
