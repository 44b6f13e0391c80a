import { type ClassNames, className } from '../../charts/classNames.ts';
import type { ConfusionMatrix } from '../../evaluation/confusionMatrix.ts';
import type { ReportParts } from '../../page/reportParts.ts';
import { counted } from './findings.ts';

const mostClasses = 30; // that one can read

/** The whole matrix, or where there are too many classes, the part of it with most errors. */
export function confusionPart(
  { labels, counts, accuracy }: ConfusionMatrix,
  names: ClassNames | undefined,
): { parts: ReportParts; note: string } {
  const errors = counts.map((row, r) => row.reduce((sum, n, c) => sum + (c === r ? 0 : n), 0));
  const kept = labels
    .map((_, i) => i)
    .sort((a, b) => (errors[b] as number) - (errors[a] as number) || a - b)
    .slice(0, mostClasses)
    .sort((a, b) => a - b);
  const rest =
    labels.length > kept.length
      ? ` Shown are the ${kept.length} of ${counted(labels.length)} classes with most errors, among themselves.`
      : '';
  return {
    parts: {
      confusion: {
        counts: kept.map((r) => kept.map((c) => counts[r]?.[c] as number)),
        names: kept.map((i) => className(labels[i] as number, names)),
      },
    },
    note: ` ${(100 * accuracy).toFixed(2)} % are right.${rest}`,
  };
}
