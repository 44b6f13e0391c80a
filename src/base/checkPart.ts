import { show } from './checks.ts';
import { MetricLearningError } from './errors.ts';

/** Throws unless an option, where it is given, is a part: a record with this function, not the name of one. */
export function checkPart(where: string, name: string, value: unknown, method: string): void {
  if (value === undefined) return;
  if (typeof (value as Record<string, unknown> | null)?.[method] === 'function') return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a record with a function ${method}, as the library's own are`,
    got: show(value),
  });
}
