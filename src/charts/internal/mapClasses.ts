import { indicesByClass, type Labels, toLabels } from '../../data/labels.ts';
import { colorsFor } from './palette.ts';

/** Names of the classes by class id: an array, or a record such as `{ 3: 'cat' }`. */
export type ClassNames = Readonly<Record<number, string>>;

/** A class as a map shows it. */
export interface MapClass {
  readonly label: number;
  /** The name given for its id, or the id. */
  readonly name: string;
  readonly color: string;
  readonly members: readonly number[];
}

/**
 * The classes of a set of labels in ascending order of their ids, each with its colour.
 *
 * @throws MetricLearningError if a label is no whole number, or a colour is not `#rrggbb`.
 */
export function mapClasses(
  where: string,
  labels: Labels,
  names: ClassNames = {},
  colors?: readonly string[],
): MapClass[] {
  const groups = [...indicesByClass(toLabels(where, labels))];
  const palette = colorsFor(where, groups.length, colors);
  return groups.map(([label, members], i) => ({
    label,
    name: className(label, names),
    color: palette[i] as string,
    members,
  }));
}

/** The name of a class id, or the id itself. */
export function className(label: number, names: ClassNames = {}): string {
  return names[label] ?? String(label);
}
