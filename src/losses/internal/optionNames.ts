import type { ClassLossOptions } from '../classification/classLoss.ts';
import type { LossOptions, TupleLossOptions } from '../loss.ts';
import type { WeightedLossOptions } from '../weightedLoss.ts';

/** The names of `LossOptions`. */
export const lossOptions: readonly (keyof LossOptions)[] = [
  'reducer',
  'regularizer',
  'regularizerWeight',
];

/** The names of `TupleLossOptions`. */
export const tupleLossOptions: readonly (keyof TupleLossOptions)[] = ['distance', ...lossOptions];

/** The names of `WeightedLossOptions`. */
export const weightedLossOptions: readonly (keyof WeightedLossOptions)[] = [
  'seed',
  'weightRegularizer',
  'weightRegularizerWeight',
  ...lossOptions,
];

/** The names of `ClassLossOptions`. */
export const classLossOptions: readonly (keyof ClassLossOptions)[] = [
  'classes',
  'dims',
  ...weightedLossOptions,
];
