import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { encodeLabels } from './encodeLabels.ts';
import { type Labels, toLabels } from './labels.ts';

/** What class each example is of: class ids, or the names of the classes. */
export type ClassLabels = Labels | ArrayLike<string>;

/** Class ids, and the names that they stand for. */
export interface NamedLabels {
  readonly ids: Int32Array;
  /** `names[id]` is the name of a class; undefined where the classes have ids only. */
  readonly names: readonly string[] | undefined;
}

/**
 * Class ids of labels that are ids or names.
 *
 * `names` are those of labels that are ids. `known` are names with ids of their own already: the same names get the same
 * ids again, and new names the next ones.
 *
 * @throws MetricLearningError if there are not `count` labels (when given), one is neither, or an id has no name.
 */
export function readClassLabels(
  where: string,
  labels: ClassLabels,
  count?: number,
  of = 'embedding',
  names?: readonly string[],
  known: readonly string[] = [],
): NamedLabels {
  if (areNames(labels)) {
    const odd = Array.from(labels).findIndex((name) => typeof name !== 'string');
    if (odd >= 0) {
      throw new MetricLearningError({
        where,
        expected: 'labels to be all names or all integer class ids',
        got: `${show(labels[odd])} at index ${odd}, and ${show(labels[0])} at index 0`,
      });
    }
    const encoded = encodeLabels(labels, known);
    return { ids: toLabels(where, encoded.labels, count, of), names: encoded.names };
  }
  const ids = toLabels(where, labels, count, of);
  if (names === undefined) return { ids, names: known.length > 0 ? known : undefined };
  checkNames(where, names);
  const nameless = ids.findIndex((id) => names[id] === undefined);
  if (nameless >= 0) {
    throw new MetricLearningError({
      where,
      expected: `labels from 0 to ${names.length - 1}, as there are ${names.length} names`,
      got: `${ids[nameless]} at index ${nameless}`,
    });
  }
  if (known.length === 0) return { ids, names };
  const all = encodeLabels(names, known);
  return { ids: ids.map((id) => all.labels[id]!), names: all.names };
}

/**
 * The class ids of two sets of labels, such as those of queries and of references: a name has the same id in both.
 *
 * @throws MetricLearningError as `readClassLabels`, or if one set has names and the other ids.
 */
export function readLabelPair(
  where: string,
  first: readonly [labels: ClassLabels, count: number],
  second: readonly [labels: ClassLabels, count: number],
  of = 'embedding',
): { readonly ids: readonly [Int32Array, Int32Array]; readonly names: NamedLabels['names'] } {
  if (areNames(first[0]) !== areNames(second[0])) {
    throw new MetricLearningError({
      where,
      expected: 'both lists of labels to be names, or both to be class ids',
      got: `${show(first[0]?.[0])} and ${show(second[0]?.[0])}`,
    });
  }
  const a = readClassLabels(where, ...first, of);
  const b = readClassLabels(where, ...second, of, undefined, a.names);
  return { ids: [a.ids, b.ids], names: b.names };
}

/** Whether labels are names of classes. */
export function areNames(labels: ClassLabels): labels is ArrayLike<string> {
  return typeof labels === 'object' && labels !== null && typeof labels[0] === 'string';
}

function checkNames(where: string, names: readonly string[]): void {
  const seen = new Set<string>();
  const wrong = Array.isArray(names)
    ? names.findIndex((name) => typeof name !== 'string' || seen.size === seen.add(name).size)
    : 0;
  if (Array.isArray(names) && wrong < 0) return;
  throw new MetricLearningError({
    where,
    expected: 'names to be an array of different strings, the name of class id 0 first',
    got: Array.isArray(names) ? `${show(names[wrong])} at index ${wrong}` : show(names),
  });
}
