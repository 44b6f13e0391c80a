import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from './checks.ts';

/** Throws unless a value is an array of any kind; `each` says what its values are. */
export function checkList(where: string, name: string, value: unknown, each: string): void {
  const list = value as ArrayLike<unknown> | null | undefined;
  if (typeof value === 'object' && typeof list?.length === 'number') return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be an array, ${each}`,
    got: show(value),
  });
}
