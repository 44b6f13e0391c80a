import { indicesByClass, type Labels, toLabels } from '../../data/labels.ts';
import { type ClassNames, className } from '../classNames.ts';
import { colorsFor } from './palette.ts';

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
    color: palette[i]!,
    members,
  }));
}
