import { square, sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkPositive } from '../internal/checks.ts';
import { magnitude } from '../ops/magnitude.ts';
import { safePow } from '../ops/safePow.ts';
import type { Regularizer, RegularizerOptions } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

export interface LpRegularizerOptions extends RegularizerOptions {
  /** 2 is the Euclidean length, 1 the sum of magnitudes. Default 2. */
  p?: number;
  /** The norm is raised to this power. Default 1. */
  power?: number;
}

/**
 * The Lp norm of each row: keeps embeddings or weights small. A zero row has gradient 0.
 *
 * @throws MetricLearningError if `p` or `power` is not positive.
 */
export function lpRegularizer(options: LpRegularizerOptions = {}): Regularizer {
  checkOptions('lpRegularizer', options, ['p', 'power', 'reducer']);
  const { p = 2, power = 1 } = options;
  checkPositive('lpRegularizer', 'p', p);
  checkPositive('lpRegularizer', 'power', power);
  return rowRegularizer('lpRegularizer', options, (rows) => {
    const terms = p === 2 ? square(rows) : safePow(magnitude(rows), p);
    return safePow(sum<Tensor1D>(terms, 1), power / p);
  });
}
