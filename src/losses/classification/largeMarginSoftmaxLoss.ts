import { mul, transpose } from '@tensorflow/tfjs-core';
import { positive, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { marginSoftmaxLoss } from '../internal/marginSoftmaxLoss.ts';
import { multipleAngle } from '../internal/multipleAngle.ts';
import { rowLengths } from '../internal/rowLengths.ts';
import type { ClassLoss, SoftmaxLossOptions } from './classLoss.ts';

export interface LargeMarginSoftmaxLossOptions extends SoftmaxLossOptions {
  /** The angle to the target class is multiplied by this whole number. 1 is no margin. 2 to 4. Default 4. */
  margin?: number;
  /** Logits are multiplied by this number. Default 1. */
  scale?: number;
}

export const largeMarginSoftmaxLossOptions: OptionTable<
  LargeMarginSoftmaxLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  margin: preset(4, wholeNumber(1)),
  scale: preset(1, positive),
  ...softmaxLossRules(() => meanReducer()),
};

/**
 * Large-margin softmax: cross entropy over the logits `scale * |x| * |w| * cos(angle)` of all classes; the angle to the
 * target class is multiplied by `margin`.
 *
 * The lengths of embeddings x and of class vectors w count; `sphereFaceLoss` leaves out the latter. One loss for each example. The parameter is `W`,
 * [dims, classes].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = largeMarginSoftmaxLoss({ classes: 10, dims: 64, margin: 2 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Liu et al.: Large-Margin Softmax Loss, ICML 2016. https://arxiv.org/abs/1612.02295
 */
export function largeMarginSoftmaxLoss(options: LargeMarginSoftmaxLossOptions): ClassLoss {
  const values = readOptions('largeMarginSoftmaxLoss', largeMarginSoftmaxLossOptions, options);
  return marginSoftmaxLoss({
    name: 'largeMarginSoftmaxLoss',
    options: values,
    margin: multipleAngle(values.margin),
    scale: values.scale,
    stretch: (cosines, embeddings, rows) =>
      mul(mul(cosines, rowLengths(embeddings)), transpose(rowLengths(rows))),
  });
}
