import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Class ids, one for each example: 32-bit whole numbers in any array, 64-bit ones included where they fit. */
export type Labels = ArrayLike<number> | ArrayLike<bigint>;

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
  const given: unknown = labels;
  if (given === null || typeof given !== 'object' || typeof labels.length !== 'number') {
    throw new MetricLearningError({
      where,
      expected: 'labels to be an array of integer class ids',
      got: show(given),
      fix:
        given === undefined || given === null
          ? 'Pass one class id or name for each example.'
          : 'Read a tensor of labels with await labels.data().',
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
  const ids = new Int32Array(labels.length);
  for (let i = 0; i < ids.length; i++) {
    const label: unknown = labels[i];
    ids[i] = typeof label === 'number' || typeof label === 'bigint' ? Number(label) : Number.NaN;
    const exact = typeof label === 'bigint' ? BigInt(ids[i]!) === label : ids[i] === label;
    if (!exact) throw noLabel(where, label, i);
  }
  return ids;
}

function noLabel(where: string, label: unknown, index: number): MetricLearningError {
  const large = typeof label === 'bigint' || Number.isInteger(label);
  return new MetricLearningError({
    where,
    expected: large
      ? 'class ids from -2147483648 to 2147483647 (32 bits)'
      : 'labels to be integer class ids',
    got: `${show(label)} at index ${index}`,
    fix:
      typeof label === 'string' || large
        ? 'Class ids have to be whole numbers: make them with encodeLabels(names).labels.'
        : fix,
  });
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
