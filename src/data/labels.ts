import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Class ids, one an example: whole numbers, in any array. */
export type Labels = ArrayLike<number>;

const fix = 'Pass integer class ids; turn one-hot labels into ids with argMax(-1).';

/**
 * Labels as the `Int32Array` the rest of the library works on; an `Int32Array` is passed through as it is.
 *
 * @throws MetricLearningError if there are not `count` of them (when given), or one is no 32-bit whole number.
 */
export function toLabels(
  where: string,
  labels: Labels,
  count?: number,
  of = 'embedding',
): Int32Array {
  if (labels === null || typeof labels !== 'object' || typeof labels.length !== 'number') {
    throw new MetricLearningError({
      where,
      expected: 'labels to be an array of integer class ids',
      got: show(labels),
      fix: 'Read a tensor of labels with await labels.data().',
    });
  }
  if (count !== undefined && labels.length !== count) {
    throw new MetricLearningError({
      where,
      expected: `one label per ${of} (${count})`,
      got: `labels of length ${labels.length}`,
      fix,
    });
  }
  if (labels instanceof Int32Array) return labels;
  const ids = Int32Array.from(labels);
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] !== labels[i]) {
      throw new MetricLearningError({
        where,
        expected: 'labels to be integer class ids',
        got: `${show(labels[i])} at index ${i}`,
        fix,
      });
    }
  }
  return ids;
}

/** The positions of each class's examples, by class id in ascending order. */
export function indicesByClass(labels: Int32Array): Map<number, number[]> {
  const found = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const members = found.get(label);
    if (members) members.push(index);
    else found.set(label, [index]);
  });
  return new Map([...found].sort(([a], [b]) => a - b));
}
