import type { FewShotAccuracy } from './episodes.ts';
import type { Answers } from './recognition.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Accuracies with their confidence intervals: a row for each way to see an image, a column for each number of examples. */
export function accuracyTable(
  columns: readonly string[],
  rows: Readonly<Record<string, readonly FewShotAccuracy[]>>,
): string {
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(12) + cells.map((cell) => cell.padStart(30)).join('');
  return [
    line('', columns),
    ...Object.entries(rows).map(([name, accuracies]) =>
      line(
        name,
        accuracies.map(
          ({ mean, interval: [low, high] }) =>
            `${percent(mean)} (${percent(low)} to ${percent(high)})`,
        ),
      ),
    ),
  ].join('\n');
}

/** What became of the queries: a row for each group of digits. */
export function answersTable(rows: Readonly<Record<string, Answers>>): string {
  const line = (name: string, ...cells: string[]): string =>
    name.padEnd(24) + cells.map((cell) => cell.padStart(12)).join('');
  return [
    line('', 'images', 'right', 'wrong', 'no match'),
    ...Object.entries(rows).map(([name, { queries, right, wrong, noMatch }]) =>
      line(name, String(queries), percent(right), percent(wrong), percent(noMatch)),
    ),
  ].join('\n');
}
