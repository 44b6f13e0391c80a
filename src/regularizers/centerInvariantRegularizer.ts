import { div, mean, square, sub, sum } from '@tensorflow/tfjs-core';
import { readOptions } from '../internal/readOptions.ts';
import { type Regularizer, type RegularizerOptions, regularizerRules } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

/**
 * Penalty `(|w|^2 - m)^2 / 4` on each row w, where m is the mean of |w|^2 over all rows: the rows get one length, so
 * that no class is preferred because its parameters are long.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind.
 * @example
 * arcFaceLoss({ classes: 10, dims: 64, parameterRegularizer: centerInvariantRegularizer() });
 * @see Wu et al.: Deep Face Recognition with Center Invariant Loss, ACM MM Workshops 2017.
 */
export function centerInvariantRegularizer(options: RegularizerOptions = {}): Regularizer {
  const { reducer } = readOptions('centerInvariantRegularizer', regularizerRules, options);
  return rowRegularizer('centerInvariantRegularizer', reducer, (rows) => {
    const squares = sum(square(rows), 1);
    return div(square(sub(squares, mean(squares))), 4);
  });
}
