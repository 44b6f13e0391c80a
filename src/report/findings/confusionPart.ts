import { type ClassNames, className } from '../../charts/classNames.ts';
import type { ConfusionMatrix } from '../../evaluation/confusionMatrix.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import { counted } from './findings.ts';

const mostClasses = 30; // more are hard to read

/** The whole confusion matrix, or the part with most errors if there are too many classes. */
export function confusionPart(
  { labels, cells, accuracy }: ConfusionMatrix,
  names: ClassNames | undefined,
): { parts: ReportParts; note: string } {
  const errors = new Map<number, number>();
  for (const { label, predicted, count } of cells) {
    if (predicted !== label) errors.set(label, (errors.get(label) ?? 0) + count);
  }
  const errorsOf = (label: number): number => errors.get(label) ?? 0;
  const kept = [...labels]
    .sort((a, b) => errorsOf(b) - errorsOf(a) || a - b)
    .slice(0, mostClasses)
    .sort((a, b) => a - b);
  const counts = kept.map(() => new Array<number>(kept.length).fill(0));
  for (const { label, predicted, count } of cells) {
    const [row, column] = [kept.indexOf(label), kept.indexOf(predicted)];
    if (row >= 0 && column >= 0) counts[row]![column] = count;
  }
  const rest =
    labels.length > kept.length
      ? ` Shown are the ${kept.length} of ${counted(labels.length)} classes with most errors, among themselves.`
      : '';
  return {
    parts: {
      confusion: { counts, names: kept.map((label) => className(label, names)) },
    },
    note: ` ${(100 * accuracy).toFixed(2)} % are right.${rest}`,
  };
}
