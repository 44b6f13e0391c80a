import { type Optimizer, train as optimizers } from '@tensorflow/tfjs-core';

/** Every optimizer of tfjs, but for centered rmsprop, which makes weights NaN there. */
export const everyOptimizer: readonly (readonly [name: string, make: () => Optimizer])[] = [
  ['sgd', () => optimizers.sgd(0.05)],
  ['momentum', () => optimizers.momentum(0.05, 0.9)],
  ['nesterov momentum', () => optimizers.momentum(0.05, 0.9, true)],
  ['adagrad', () => optimizers.adagrad(0.05)],
  ['adadelta', () => optimizers.adadelta(0.05)],
  ['rmsprop', () => optimizers.rmsprop(0.01)],
  ['adam', () => optimizers.adam(0.01)],
  ['adamax', () => optimizers.adamax(0.01)],
];
