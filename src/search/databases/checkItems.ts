import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { checkItemFilter } from '../itemFilter.ts';
import type { IndexItem, ItemFilter } from '../vectorIndex.ts';

/** Throws unless labels and metadata come back as they are when they travel as JSON. */
export function checkItems(where: string, items: readonly IndexItem[]): void {
  for (const { id, label, metadata } of items) {
    const of = `in the item ${JSON.stringify(id)}`;
    if (label !== undefined && !isLabel(label)) {
      throw wrong(where, 'labels to be strings or finite numbers', `${show(label)} ${of}`);
    }
    if (metadata !== undefined && !(isRecord(metadata) && isJson(metadata))) {
      throw wrong(where, 'metadata to be an object of what JSON can hold', `something else ${of}`);
    }
  }
}

/** Throws unless a filter is known, and its values come through as they are when they travel as JSON. */
export function checkPlainFilter(where: string, filter: ItemFilter): void {
  checkItemFilter(where, filter);
  const { ids = [], label = [], metadata = {} } = filter;
  for (const id of ids) {
    if (typeof id !== 'string') throw wrong(where, 'the ids of a filter to be strings', show(id));
  }
  for (const value of [label].flat()) {
    if (!isLabel(value)) {
      throw wrong(where, 'the labels of a filter to be strings or finite numbers', show(value));
    }
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (!isPlain(value)) {
      const wish = 'the metadata of a filter to be strings, finite numbers, booleans or null';
      throw wrong(where, wish, `${key}: ${show(value)}`);
    }
  }
}

function wrong(where: string, expected: string, got: string): MetricLearningError {
  return new MetricLearningError({ where, expected, got });
}

function isLabel(value: unknown): boolean {
  return typeof value === 'string' || Number.isFinite(value);
}

function isPlain(value: unknown): boolean {
  return isLabel(value) || typeof value === 'boolean' || value === null;
}

function isJson(value: unknown): boolean {
  if (isPlain(value)) return true;
  return (Array.isArray(value) || isRecord(value)) && Object.values(value).every(isJson);
}

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
