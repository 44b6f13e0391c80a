import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from './checks.ts';

/** Throws unless a value is a part: a record with these functions, not the name of one. */
export function checkPart(
  where: string,
  name: string,
  value: unknown,
  ...methods: readonly string[]
): void {
  const part = value as Record<string, unknown> | null;
  // A string has functions as well: `search` is one of them.
  const isRecord = typeof value === 'object' || typeof value === 'function';
  const missing = methods.find((method) => !isRecord || typeof part?.[method] !== 'function');
  if (missing === undefined) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be a record with a function ${missing}, as the library's own are`,
    got: show(value),
    ...(typeof value === 'function' && { fix: `Call it: ${value.name || name}(..).` }),
  });
}

/** The same of an option, which need not be given. */
export function checkOptionalPart(
  where: string,
  name: string,
  value: unknown,
  ...methods: readonly string[]
): void {
  if (value !== undefined) checkPart(where, name, value, ...methods);
}
