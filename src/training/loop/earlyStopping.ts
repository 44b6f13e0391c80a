import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger, checkNonNegative, show } from '../../internal/checks.ts';
import { revive, store } from '../checkpoints/optimizerState.ts';
import type { Best, RunState } from '../checkpoints/runState.ts';

export interface EarlyStopping {
  /** What is watched: `valLoss`, `loss`, or the name of a validation metric. Default `valLoss`. */
  monitor?: string;
  /** Whether less or more is better. Default `min` for the losses, `max` for metrics. */
  mode?: 'min' | 'max';
  /** Epochs without a better value after which training ends. Default 3. */
  patience?: number;
  /** How much better a value must be to count. Default 0. */
  minDelta?: number;
  /** Whether the weights of the best epoch are put back at the end. Default true. */
  restoreBest?: boolean;
}

/** Checks the options against the names that will be measured. */
export function checkEarlyStopping(where: string, options: EarlyStopping, names: string[]): void {
  const known = ['monitor', 'mode', 'patience', 'minDelta', 'restoreBest'] as const;
  checkOptions(`${where} (earlyStopping)`, options, known);
  const { monitor = 'valLoss', mode = 'min', patience = 3, minDelta = 0 } = options;
  checkInteger(where, 'patience', patience);
  checkNonNegative(where, 'minDelta', minDelta);
  if (mode !== 'min' && mode !== 'max') {
    throw new MetricLearningError({
      where,
      expected: "mode to be 'min' or 'max'",
      got: show(mode),
    });
  }
  if (!names.includes(monitor)) {
    throw new MetricLearningError({
      where,
      expected: `monitor to be one of ${names.join(', ')}`,
      got: monitor,
      fix: 'valLoss needs a validation set, a metric its entry in validationMetrics.',
    });
  }
}

/** Notes an epoch's values; says whether training should end. */
export async function observeEpoch(
  options: EarlyStopping,
  state: RunState,
  values: Record<string, number | undefined>,
  variables: readonly Variable[],
): Promise<boolean> {
  const { monitor = 'valLoss', patience = 3, minDelta = 0, restoreBest = true } = options;
  const { mode = monitor === 'valLoss' || monitor === 'loss' ? 'min' : 'max' } = options;
  const value = values[monitor] as number;
  const sign = mode === 'min' ? 1 : -1;
  if (state.best === undefined || sign * (state.best.value - value) > minDelta) {
    const weights = restoreBest ? await storeAll(variables) : [];
    state.best = { value, epoch: state.epoch, weights };
    state.history.bestEpoch = state.epoch;
  }
  return state.epoch - state.best.epoch >= patience;
}

/** Puts the weights of the best epoch back, where they were kept. */
export function restoreBest(best: Best | undefined, variables: readonly Variable[]): void {
  best?.weights.forEach((kept, i) => {
    assign(variables[i] as Variable, revive(kept));
  });
}

function storeAll(variables: readonly Variable[]): Promise<Best['weights']> {
  return Promise.all(variables.map((variable, i) => store(`best ${i}`, variable)));
}

function assign(variable: Variable, values: Tensor): void {
  variable.assign(values);
  values.dispose();
}
