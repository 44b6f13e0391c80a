import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkFinite } from '../internal/checks.ts';
import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

export interface ThresholdReducerOptions {
  /** Only losses above this count. Default: all. */
  low?: number;
  /** Only losses below this count. Default: all. */
  high?: number;
}

/**
 * The mean over the tuples whose loss is strictly between `low` and `high`; 0 where there is none.
 *
 * @throws MetricLearningError if neither is given, one is not finite, or `low` is not below `high`.
 */
export function thresholdReducer(options: ThresholdReducerOptions): Reducer {
  checkOptions('thresholdReducer', options, ['low', 'high']);
  const { low, high } = options;
  if (low !== undefined) checkFinite('thresholdReducer', 'low', low);
  if (high !== undefined) checkFinite('thresholdReducer', 'high', high);
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
