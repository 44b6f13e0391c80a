import { square, sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { magnitude } from '../ops/magnitude.ts';
import { safePow } from '../ops/safePow.ts';
import { type Regularizer, type RegularizerOptions, regularizerRules } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

export interface LpRegularizerOptions extends RegularizerOptions {
  /** The p of the norm: 2 is the Euclidean length, 1 the sum of magnitudes. Default 2. */
  p?: number;
  /** The exponent to which the norm is raised. Default 1. */
  power?: number;
}

export const lpRegularizerOptions: OptionTable<LpRegularizerOptions> = {
  p: preset(2, positive),
  power: preset(1, positive),
  ...regularizerRules,
};

/**
 * Penalty `|w|_p ^ power` on each row w, the Lp norm: embeddings or parameters stay small. A row of zeros has gradient 0.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * nPairsLoss({ regularizer: lpRegularizer({ power: 2 }), regularizerCoefficient: 0.02 });
 */
export function lpRegularizer(options: LpRegularizerOptions = {}): Regularizer {
  const { p, power, reducer } = readOptions('lpRegularizer', lpRegularizerOptions, options);
  return rowRegularizer('lpRegularizer', reducer, (rows) => {
    const terms = p === 2 ? square(rows) : safePow(magnitude(rows), p);
    return safePow(sum<Tensor1D>(terms, 1), power / p);
  });
}
