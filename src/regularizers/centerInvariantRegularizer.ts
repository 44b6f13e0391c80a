import { div, mean, square, sub, sum } from '@tensorflow/tfjs-core';
import { checkOptions } from '../internal/checkOptions.ts';
import type { Regularizer, RegularizerOptions } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

/**
 * `(|w|^2 - mean of all rows' |w|^2)^2 / 4` for each row w: keeps class weights at one length, so that no class is
 * preferred for its length.
 *
 * @see Wu et al.: Deep Face Recognition with Center Invariant Loss, ACM MM Workshops 2017.
 */
export function centerInvariantRegularizer(options: RegularizerOptions = {}): Regularizer {
  checkOptions('centerInvariantRegularizer', options, ['reducer']);
  return rowRegularizer('centerInvariantRegularizer', options, (rows) => {
    const squares = sum(square(rows), 1);
    return div(square(sub(squares, mean(squares))), 4);
  });
}
