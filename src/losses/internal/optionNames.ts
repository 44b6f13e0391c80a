import type { LossOptions, TupleLossOptions } from '../loss.ts';
import type { ParametricLossOptions } from '../parametricLoss.ts';

/** The names of `LossOptions`. */
export const lossOptions: readonly (keyof LossOptions)[] = [
  'reducer',
  'regularizer',
  'regularizerCoefficient',
];

/** The names of `TupleLossOptions`. */
export const tupleLossOptions: readonly (keyof TupleLossOptions)[] = ['distance', ...lossOptions];

/** The names of `ParametricLossOptions`. */
export const parametricLossOptions: readonly (keyof ParametricLossOptions)[] = [
  'seed',
  'parameterRegularizer',
  'parameterRegularizerCoefficient',
  ...lossOptions,
];
