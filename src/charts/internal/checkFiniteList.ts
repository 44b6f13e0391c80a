import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';

/** Throws unless the values are an array of any kind that holds finite numbers only. */
export function checkFiniteList(where: string, name: string, values: ArrayLike<number>): void {
  if (typeof values !== 'object' || typeof values?.length !== 'number') {
    throw new MetricLearningError({
      where,
      expected: `${name} to be an array of numbers`,
      got: show(values),
    });
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new MetricLearningError({
      where,
      expected: `${name} to hold finite numbers`,
      got: `${show(values[i])} at index ${i}`,
    });
  }
}
