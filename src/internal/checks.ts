import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Throws unless `value` is a finite number that is >= 0. */
export function checkNonNegative(where: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0) fail(where, name, 'a finite number >= 0', value);
}

/** Throws unless `value` is a finite number that is > 0. */
export function checkPositive(where: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) fail(where, name, 'a finite number > 0', value);
}

/** Throws unless `value` is a finite number. */
export function checkFinite(where: string, name: string, value: number): void {
  if (!Number.isFinite(value)) fail(where, name, 'a finite number', value);
}

/** Throws unless `value` is a whole number that is >= `least`. */
export function checkInteger(where: string, name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least) {
    fail(where, name, `a whole number >= ${least}`, value);
  }
}

/** Throws unless `low <= value <= high`. */
export function checkBetween(
  where: string,
  name: string,
  value: number,
  low: number,
  high: number,
): void {
  const within = Number.isFinite(value) && value >= low && value <= high;
  if (!within) fail(where, name, `a number from ${low} to ${high}`, value);
}

function fail(where: string, name: string, wish: string, value: unknown): never {
  throw new MetricLearningError({
    where,
    expected: `${name} to be ${wish}`,
    got: `${name}: ${show(value)}`,
  });
}

/** A value as an error message shows it: short, and never `[object Object]`. */
export function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
