import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from './checks.ts';

/** Throws unless a value is a function; `like` shows one. */
export function checkFunction(
  where: string,
  name: string,
  value: unknown,
  like: string,
  fix?: string,
): void {
  if (typeof value === 'function') return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a function, ${like}`,
    got: show(value),
    ...(fix !== undefined && { fix }),
  });
}
