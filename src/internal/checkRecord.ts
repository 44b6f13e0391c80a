import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from './checks.ts';

/** Throws unless a value is a record, neither null nor an array; `like` shows one. */
export function checkRecord(where: string, name: string, value: unknown, like: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a record, ${like}`,
    got: show(value),
  });
}
