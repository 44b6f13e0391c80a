import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { IndexItem } from './vectorIndex.ts';

/**
 * Checks that labels and metadata come back as they are from JSON: files and databases keep them so.
 *
 * @throws MetricLearningError if a label is neither string nor finite number, or metadata hold a Date, a BigInt, NaN,
 * undefined or anything else that JSON changes.
 */
export function checkItems(where: string, items: readonly IndexItem[]): void {
  for (const { id, label, metadata } of items) {
    if (label !== undefined && !isLabel(label)) {
      throw wrong(
        where,
        'labels to be strings or finite numbers',
        `${show(label)} ${of(id)}`,
        Array.isArray(label) ? 'One item has one label; keep further ones in metadata.' : undefined,
      );
    }
    if (metadata === undefined) continue;
    if (!isRecord(metadata)) {
      throw wrong(
        where,
        'metadata to be a record of what JSON can hold',
        `${show(metadata)} ${of(id)}`,
      );
    }
    const bad = badValue(metadata, 'metadata');
    if (bad === undefined) continue;
    const { path, value } = bad;
    throw wrong(
      where,
      'metadata to hold only what JSON can hold: strings, finite numbers, booleans, null, arrays and records',
      `${path}: ${show(value)} ${of(id)}`,
      value instanceof Date
        ? 'Keep a date as text: date.toISOString().'
        : typeof value === 'bigint'
          ? 'Keep a BigInt as text: String(value).'
          : value === undefined
            ? 'Leave the key out, or use null.'
            : undefined,
    );
  }
}

function wrong(where: string, expected: string, got: string, fix?: string): MetricLearningError {
  return new MetricLearningError({ where, expected, got, ...(fix !== undefined && { fix }) });
}

const of = (id: string): string => `in the item ${show(id)}`;

/** A string or a finite number. */
export function isLabel(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value);
}

/** A string, a finite number, a boolean or null. */
export function isPlain(value: unknown): boolean {
  return isLabel(value) || typeof value === 'boolean' || value === null;
}

/** The first value that JSON cannot hold, and where it is; a circle is such a value. */
function badValue(
  value: unknown,
  path: string,
  above: readonly unknown[] = [],
): { path: string; value: unknown } | undefined {
  if (isPlain(value)) return undefined;
  if (!(Array.isArray(value) || isRecord(value)) || above.includes(value)) return { path, value };
  for (const [key, each] of Object.entries(value)) {
    const bad = badValue(each, `${path}.${key}`, [...above, value]);
    if (bad) return bad;
  }
  return undefined;
}

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
