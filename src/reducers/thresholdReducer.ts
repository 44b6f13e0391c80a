import { MetricLearningError } from '../errors/metricLearningError.ts';
import { finite } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

export interface ThresholdReducerOptions {
  /** Losses count only above this value. Default: all losses. */
  low?: number;
  /** Losses count only below this value. Default: all losses. */
  high?: number;
}

export const thresholdReducerOptions: OptionTable<ThresholdReducerOptions, 'low' | 'high'> = {
  low: optional(finite),
  high: optional(finite),
};

/**
 * The mean over the tuples whose loss is strictly between `low` and `high`; 0 when there is none.
 *
 * @throws MetricLearningError if neither `low` nor `high` is given, one of them is not finite, or `low` is not below
 * `high`.
 * @example
 * tripletMarginLoss({ reducer: thresholdReducer({ low: 0, high: 1 }) });
 */
export function thresholdReducer(options: ThresholdReducerOptions): Reducer {
  const { low, high } = readOptions('thresholdReducer', thresholdReducerOptions, options);
  if ((low === undefined && high === undefined) || (low ?? -Infinity) >= (high ?? Infinity)) {
    throw new MetricLearningError({
      where: 'thresholdReducer',
      expected: 'low or high or both, with low < high',
      got: `low: ${low}, high: ${high}`,
    });
  }
  return defineReducer({
    name: 'thresholdReducer',
    ...(low !== undefined && { above: low }),
    ...(high !== undefined && { below: high }),
    divideBy: 'counted',
  });
}
