import { between, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { arcMargin } from '../internal/arcMargin.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import type { ClassLoss, SoftmaxLossOptions } from './classLoss.ts';

export interface ArcFaceLossOptions extends SoftmaxLossOptions {
  /** The margin: added to the angle between an embedding and its target class, in degrees. 17 to 29. Default 28.6. */
  marginDegrees?: number;
  /**
   * Logits are cosines times this number. 64 for thousands of classes; 16 to 32 for few, where 64 leaves almost no
   * gradient. Default 64.
   */
  scale?: number;
}

export const arcFaceLossOptions: OptionTable<
  ArcFaceLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  marginDegrees: preset(28.6, between(0, 180)),
  scale: preset(64, positive),
  ...softmaxLossRules(() => meanReducer()),
};

/**
 * ArcFace: cross entropy over the logits `scale * cos(angle)` of all classes; the logit of the target class is
 * `scale * cos(angle + margin)`.
 *
 * Where `angle + margin` exceeds 180 degrees, the logit of the target class is
 * `scale * (cos(angle) - margin * sin(margin))`, margin in radians. The default margin is 0.5 radians. One loss for each
 * example. The parameter is `W`, [dims, classes].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = arcFaceLoss({ classes: 10, dims: 64, scale: 32 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Deng, Guo, Xue, Zafeiriou: ArcFace, CVPR 2019. https://arxiv.org/abs/1801.07698
 */
export function arcFaceLoss(options: ArcFaceLossOptions): ClassLoss {
  const values = readOptions('arcFaceLoss', arcFaceLossOptions, options);
  return marginSoftmaxLoss({
    name: 'arcFaceLoss',
    options: values,
    margin: arcMargin((values.marginDegrees * Math.PI) / 180),
    scale: values.scale,
  });
}
