import type { Optimizer } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { OptionKind } from '../../internal/optionKinds.ts';
import { type OptionTable, readOptions, required } from '../../internal/readOptions.ts';
import type { Loss } from '../../losses/loss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { kerasLoss } from './kerasLoss.ts';

export interface CompileOptions {
  /** A tfjs optimizer, which stays yours, or the name of one, e.g. `'adam'`. */
  optimizer: string | Optimizer;
  /** `tripletLoss(margin)`, or a batch loss such as `tripletMarginLoss()`. */
  loss: KerasLoss | Loss;
}

const optimizerKind: OptionKind<CompileOptions['optimizer']> = {
  expected: "a tfjs optimizer, as train.adam(0.001), or the name of one, as 'adam'",
  accepts: (value) =>
    (typeof value === 'string' && value !== '') ||
    typeof (value as Optimizer | null)?.applyGradients === 'function',
  fix: (value) => (typeof value === 'function' ? 'Call it: train.adam(0.001).' : undefined),
};

const lossKind: OptionKind<CompileOptions['loss']> = {
  expected: 'tripletLoss(..), a batch loss, or a function (yTrue, yPred) => tensor',
  accepts: (value) =>
    // A function with fewer than two parameters is one that makes a loss and was not called.
    typeof value === 'function'
      ? value.length >= 2
      : typeof (value as Loss)?.compute === 'function' &&
        typeof (value as Loss).accepts === 'object',
  fix: (value) =>
    typeof value === 'function'
      ? `Call the function: loss: ${value.name || 'makeLoss'}(..).`
      : typeof value === 'string'
        ? 'Pass the loss itself: loss: tripletLoss(1).'
        : typeof (value as Loss)?.compute === 'function'
          ? 'Make a loss of your own with defineLoss, which says what it accepts.'
          : undefined,
};

export const compileOptions: OptionTable<CompileOptions> = {
  optimizer: required(optimizerKind),
  loss: required(lossKind),
};

/**
 * Sets optimizer and loss of a network.
 *
 * @throws MetricLearningError for what is neither, such as a function that makes a loss and was not called.
 */
export function compileNetwork(where: string, network: LayersModel, options: CompileOptions): void {
  const read = readOptions(where, compileOptions, options);
  const { optimizer } = read;
  const loss = kerasLoss(read.loss);
  try {
    network.compile({ optimizer, loss });
  } catch (error) {
    throw new MetricLearningError(
      {
        where,
        expected: `optimizer to be ${optimizerKind.expected}`,
        got: show(optimizer),
      },
      { cause: error },
    );
  }
}
