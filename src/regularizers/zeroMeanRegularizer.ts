import { sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { readOptions } from '../internal/readOptions.ts';
import { magnitude } from '../ops/magnitude.ts';
import { type Regularizer, type RegularizerOptions, regularizerRules } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

/**
 * Penalty `|sum of w|` on each row w: the mean over the dimensions goes to 0, which `snrDistance` assumes.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind.
 * @example
 * snrContrastiveLoss({ regularizer: zeroMeanRegularizer(), regularizerCoefficient: 0.1 });
 * @see Yuan et al.: Signal-To-Noise Ratio, CVPR 2019. https://arxiv.org/abs/1904.02616
 */
export function zeroMeanRegularizer(options: RegularizerOptions = {}): Regularizer {
  const { reducer } = readOptions('zeroMeanRegularizer', regularizerRules, options);
  return rowRegularizer('zeroMeanRegularizer', reducer, (rows) =>
    magnitude<Tensor1D>(sum(rows, 1)),
  );
}
