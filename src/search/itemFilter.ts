import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { IndexItem, ItemFilter } from './vectorIndex.ts';

/** Throws if a part of a filter is unknown or undefined, which would quietly pick more than was meant. */
export function checkItemFilter(where: string, filter: ItemFilter): void {
  for (const [part, value] of Object.entries(filter)) {
    if (!['ids', 'label', 'metadata'].includes(part) || value === undefined) {
      throw new MetricLearningError({
        where,
        expected: 'a filter of ids, label and metadata',
        got: `${part}: ${JSON.stringify(value)}`,
      });
    }
  }
}

/**
 * The test that a filter stands for; the empty one picks all.
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
