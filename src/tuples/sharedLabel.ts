import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { LabelRelation } from './pairsByRelation.ts';

/**
 * The relation of labels that are sets: two examples are similar if their sets share a label.
 *
 * `sets[i]` holds the labels of example i. The relation takes indices of examples: where it is used, the label of an
 * example is its index. A set may be empty: its example is similar to none.
 *
 * @throws MetricLearningError if `sets` is no list of lists of whole numbers; at use if a label is no index of `sets`.
 * @example
 * const matches = sharedLabel([[0, 3], [3], [1]]); // examples 0 and 1 share label 3
 * matches(0, 1); // true
 */
export function sharedLabel(sets: ArrayLike<ArrayLike<number>>): LabelRelation {
  const members = Array.from(sets ?? [], (labels, i) => {
    const list = Array.from(labels ?? []);
    if (typeof labels !== 'object' || !list.every(Number.isSafeInteger)) {
      throw new MetricLearningError({
        where: 'sharedLabel',
        expected: `sets[${i}] to be a list of whole numbers`,
        got: show(labels),
      });
    }
    return new Set(list);
  });
  const at = (label: number): Set<number> => {
    const found = members[label];
    if (found !== undefined) return found;
    throw new MetricLearningError({
      where: 'sharedLabel',
      expected: `labels to be indices of sets, from 0 to ${members.length - 1}`,
      got: `${label}`,
    });
  };
  return (label, other) => {
    const [a, b] = [at(label), at(other)];
    const [few, many] = a.size <= b.size ? [a, b] : [b, a];
    for (const each of few) if (many.has(each)) return true;
    return false;
  };
}
