import type { Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { flag, nonNegative, oneOf, text, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../../internal/readOptions.ts';
import type { StatefulLoss } from '../../losses/parametricLoss.ts';
import type { Best, RunState } from '../checkpoints/runState.ts';
import {
  assignVariables,
  copied,
  lossStateOf,
  storeLossState,
  storeVariables,
} from '../checkpoints/storedTensor.ts';

export interface EarlyStoppingOptions {
  /** What is watched: `valLoss`, `loss`, or the name of a validation metric. Default `valLoss`. */
  monitor?: string;
  /** Whether less or more is better. Default `min` for the losses, `max` for metrics. */
  mode?: 'min' | 'max';
  /** Epochs without a better value after which training ends. Default 3. */
  patience?: number;
  /** How much better a value must be to count. Default 0. */
  minDelta?: number;
  /**
   * Whether the best epoch is restored at the end: the whole network, moving statistics included, and the parameters
   * and the state of the loss. Default true.
   */
  restoreBest?: boolean;
}

export const earlyStoppingOptions: OptionTable<EarlyStoppingOptions, 'mode'> = {
  monitor: preset('valLoss', text),
  mode: optional(oneOf('min', 'max')),
  patience: preset(3, wholeNumber(1)),
  minDelta: preset(0, nonNegative),
  restoreBest: preset(true, flag),
};

/** What is kept of the best epoch of a run. */
export interface BestParts {
  /** Every variable of the network, trainable or not. */
  readonly network: readonly Variable[];
  readonly loss: StatefulLoss | undefined;
}

/**
 * Checks the options against the names that will be measured.
 *
 * @throws MetricLearningError if `monitor` is none of them.
 */
export function checkEarlyStopping(
  where: string,
  options: EarlyStoppingOptions,
  names: readonly string[],
): void {
  const { monitor } = readOptions(`${where} (earlyStopping)`, earlyStoppingOptions, options);
  if (names.includes(monitor)) return;
  throw new MetricLearningError({
    where,
    expected: `monitor to be one of ${names.join(', ')}`,
    got: monitor,
    fix: 'valLoss needs a validation set, a metric its entry in validationMetrics.',
  });
}

/** Notes the values of an epoch; returns whether training should end. A value that is NaN or missing is never best. */
export async function observeEpoch(
  options: EarlyStoppingOptions,
  state: RunState,
  values: Record<string, number | undefined>,
  parts: BestParts,
): Promise<boolean> {
  const read = readOptions('earlyStopping', earlyStoppingOptions, options);
  const { monitor, patience, minDelta, restoreBest: keeps } = read;
  const { mode = monitor === 'valLoss' || monitor === 'loss' ? 'min' : 'max' } = read;
  const value = values[monitor] ?? Number.NaN;
  const sign = mode === 'min' ? 1 : -1;
  const { best } = state;
  const better = best === undefined || sign * (best.value - value) > minDelta;
  if (better && !Number.isNaN(value)) {
    state.best = { value, epoch: state.epoch, tensors: keeps ? await store(parts) : [] };
    state.history.bestEpoch = state.epoch;
  }
  return state.epoch - (state.best?.epoch ?? 0) >= patience;
}

/** Puts the best epoch back, where it was kept. */
export function restoreBest(best: Best | undefined, { network, loss }: BestParts): void {
  if (best === undefined || best.tensors.length === 0) return;
  assignVariables('TripletModel.fit (earlyStopping)', 'best network', network, best.tensors);
  loss?.restore(lossStateOf('best loss', best.tensors));
}

async function store({ network, loss }: BestParts): Promise<Best['tensors']> {
  return [
    ...(await storeVariables('best network', network)).map(copied),
    ...storeLossState('best loss', await loss?.state()),
  ];
}
