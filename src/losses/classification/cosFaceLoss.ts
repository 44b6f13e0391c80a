import { sub } from '@tensorflow/tfjs-core';
import { finite, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import type { ClassLoss, SoftmaxLossOptions } from './classLoss.ts';

export interface CosFaceLossOptions extends SoftmaxLossOptions {
  /** The margin: subtracted from the cosine between an embedding and its target class. 0.2 to 0.4. Default 0.35. */
  margin?: number;
  /** Logits are cosines times this number. 64 for thousands of classes; 16 to 32 for few. Default 64. */
  scale?: number;
}

export const cosFaceLossOptions: OptionTable<
  CosFaceLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  margin: preset(0.35, finite),
  scale: preset(64, positive),
  ...softmaxLossRules(() => meanReducer()),
};

/**
 * CosFace: cross entropy over the logits `scale * cos(angle)` of all classes; the logit of the target class is
 * `scale * (cos(angle) - margin)`.
 *
 * One loss for each example. The parameter is `W`, [dims, classes].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = cosFaceLoss({ classes: 10, dims: 64, scale: 32 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Wang et al.: CosFace, CVPR 2018, https://arxiv.org/abs/1801.09414; Wang et al.: Additive Margin Softmax,
 * https://arxiv.org/abs/1801.05599
 */
export function cosFaceLoss(options: CosFaceLossOptions): ClassLoss {
  const { margin, scale, ...values } = readOptions('cosFaceLoss', cosFaceLossOptions, options);
  return marginSoftmaxLoss({
    name: 'cosFaceLoss',
    options: values,
    margin: (cosine) => ({ value: sub(cosine, margin) }),
    scale,
  });
}
