import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { didYouMean } from '../internal/didYouMean.ts';
import { isLabel, isPlain } from './checkItems.ts';
import type { IndexItem, ItemFilter } from './vectorIndex.ts';

const parts = ['ids', 'label', 'metadata', 'all'];

/**
 * Checks a filter: a part that is unknown or undefined would silently pick more items than meant, and a value that
 * JSON cannot hold would pick none.
 *
 * @throws MetricLearningError if the filter is no record, or a part of it is unknown, undefined or of the wrong kind.
 */
export function checkItemFilter(where: string, filter: ItemFilter): void {
  const wrong = (expected: string, got: string, fix?: string): MetricLearningError =>
    new MetricLearningError({ where, expected, got, ...(fix !== undefined && { fix }) });
  if (!isRecord(filter)) {
    throw wrong('filter to be a record, { ids, label, metadata }', show(filter));
  }
  for (const [name, value] of Object.entries(filter)) {
    if (parts.includes(name) && value !== undefined) continue;
    const meant = parts.includes(name) ? undefined : didYouMean(name, parts);
    throw wrong(
      'a filter of ids, label and metadata',
      `${name}: ${show(value)}`,
      meant === undefined ? undefined : `It is called ${meant}.`,
    );
  }
  const { all, ids = [], label = [], metadata = {} } = filter;
  if (all !== undefined && (all !== true || Object.keys(filter).length > 1)) {
    throw wrong('all to be true, without other parts of a filter', show(filter));
  }
  if (!Array.isArray(ids)) throw wrong('ids to be an array of strings', `ids: ${show(ids)}`);
  for (const id of ids as readonly unknown[]) {
    if (typeof id !== 'string') throw wrong('the ids of a filter to be strings', show(id));
  }
  for (const value of [label].flat() as readonly unknown[]) {
    if (!isLabel(value)) {
      throw wrong('the labels of a filter to be strings or finite numbers', show(value));
    }
  }
  if (!isRecord(metadata)) {
    throw wrong('metadata to be a record of values by key', `metadata: ${show(metadata)}`);
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (isPlain(value)) continue;
    throw wrong(
      'the metadata of a filter to be strings, finite numbers, booleans or null',
      `${key}: ${show(value)}`,
    );
  }
}

/**
 * Checks the filter of a removal: one that picks every item must say so.
 *
 * @throws MetricLearningError as `checkItemFilter`, and if the filter has no part.
 */
export function checkRemoval(where: string, filter: ItemFilter): void {
  checkItemFilter(where, filter);
  const { all, ids, label, metadata } = filter;
  const some = ids ?? label ?? (Object.keys(metadata ?? {})[0] || all);
  if (some !== undefined) return;
  throw new MetricLearningError({
    where,
    expected: 'a filter that picks items',
    got: show(filter),
    fix: 'To remove every item, pass { all: true }.',
  });
}

/**
 * The test that a filter stands for; the empty filter picks every item.
 *
 * @throws MetricLearningError as `checkItemFilter`.
 */
export function itemTest(where: string, filter: ItemFilter): (item: IndexItem) => boolean {
  checkItemFilter(where, filter);
  const { ids, label, metadata } = filter;
  const known = ids && new Set(ids);
  const labels = label === undefined ? undefined : new Set([label].flat());
  const values = Object.entries(metadata ?? {});
  return (item) =>
    (known?.has(item.id) ?? true) &&
    (labels === undefined || (item.label !== undefined && labels.has(item.label))) &&
    values.every(([key, value]) => item.metadata?.[key] === value);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
