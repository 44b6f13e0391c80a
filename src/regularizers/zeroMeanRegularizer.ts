import { sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { checkOptions } from '../internal/checkOptions.ts';
import { magnitude } from '../ops/magnitude.ts';
import type { Regularizer, RegularizerOptions } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

/**
 * The magnitude of each row's sum: pulls the mean over the dimensions to 0, as `snrDistance` asks for.
 *
 * @see Yuan et al.: Signal-To-Noise Ratio, CVPR 2019. https://arxiv.org/abs/1904.02616
 */
export function zeroMeanRegularizer(options: RegularizerOptions = {}): Regularizer {
  checkOptions('zeroMeanRegularizer', options, ['reducer']);
  return rowRegularizer('zeroMeanRegularizer', options, (rows) =>
    magnitude<Tensor1D>(sum(rows, 1)),
  );
}
