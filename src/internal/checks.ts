import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Throws unless `value` is a finite number that is >= 0. */
export function checkNonNegative(where: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0) fail(where, name, 'a finite number >= 0', value);
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

function fail(where: string, name: string, expected: string, value: unknown): never {
  throw new MetricLearningError({
    where,
    expected: `${name} to be ${expected}`,
    got: `${name}: ${show(value)}`,
  });
}

/** A value as an error message shows it: short, and never `[object Object]`. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? shorten(JSON.stringify(value)) : String(value);
  }
  if (value instanceof Promise) return 'a Promise, which has to be awaited';
  const { shape, dtype } = value as { shape?: unknown; dtype?: unknown };
  if (Array.isArray(shape)) return `a tensor of shape [${shape}]${dtype ? `, ${dtype}` : ''}`;
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name} of length ${(value as Uint8Array).length ?? value.byteLength}`;
  }
  return shorten(json(value));
}

function json(value: object): string {
  try {
    return (
      JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each)) ??
      value.constructor.name
    );
  } catch {
    return `an object of the class ${value.constructor?.name ?? 'Object'}`;
  }
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
