import { checkList } from '../internal/checkList.ts';

/** Class ids, and the name that each id stands for. */
export interface EncodedLabels<Name> {
  /** One id for each of the names given: 0 for the first name in `names`, 1 for the second. */
  readonly labels: Int32Array;
  /** The different names, in the order in which they first came: `names[label]` is the name of a class. */
  readonly names: Name[];
}

/**
 * Class ids for names: every loss, sampler and metric accepts whole numbers as class ids.
 *
 * Names may be anything that a `Map` distinguishes: strings, numbers beyond 32 bits, BigInts. Pass the `names` of an
 * earlier call as `known` to give the same names the same ids again, as a validation set needs; new names get the next
 * ids.
 *
 * @throws MetricLearningError if `names` or `known` is no list.
 *
 * @example
 * const { labels, names } = encodeLabels(['cat', 'dog', 'cat']); // labels [0, 1, 0], names ['cat', 'dog']
 */
export function encodeLabels<Name>(
  names: ArrayLike<Name>,
  known: readonly Name[] = [],
): EncodedLabels<Name> {
  checkList('encodeLabels', 'names', names, 'a name for each example');
  checkList('encodeLabels', 'known', known, 'the names of an earlier call');
  const ids = new Map(Array.from(known, (name, id) => [name, id]));
  const labels = Int32Array.from(names, (name) => {
    const id = ids.get(name) ?? ids.size;
    ids.set(name, id);
    return id;
  });
  return { labels, names: [...ids.keys()] };
}
