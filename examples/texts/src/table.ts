import type { AdapterEvaluation, Comparison } from 'tfjs-metric-learning';

/** What became of features: on texts of sections that were trained on, and of sections that were not. */
export interface Results {
  readonly seen: AdapterEvaluation;
  readonly unseen: AdapterEvaluation;
}

/** A row for each adapter with its scores, and the gain over the features as they are with its interval. */
export function resultsTable(rows: Readonly<Record<string, Results>>): string {
  const line = (name: string, ...cells: string[]): string =>
    name.padEnd(18) + cells.map((cell) => cell.padStart(37)).join('');
  const [first] = Object.values(rows);
  const before = (part: keyof Results): string =>
    scores(first?.[part].measures ?? {}, ({ before }) => before.value);
  return [
    line('', 'seen sections', 'unseen sections'),
    line('', 'P@1  MAP@R  gain of MAP@R (95 %)', 'P@1  MAP@R  gain of MAP@R (95 %)'),
    line('features', before('seen'), before('unseen')),
    ...Object.entries(rows).map(([name, { seen, unseen }]) => line(name, cell(seen), cell(unseen))),
  ].join('\n');
}

function cell({ measures }: AdapterEvaluation): string {
  const [low, high] = measures['mapAtR']?.gain.interval ?? [Number.NaN, Number.NaN];
  const gain = `${signed(low)} to ${signed(high)}`;
  return `${scores(measures, ({ after }) => after.value).trimEnd()}  ${gain.padStart(19)}`;
}

function scores(
  measures: Readonly<Record<string, Comparison>>,
  value: (comparison: Comparison) => number,
): string {
  const of = (name: string): string => {
    const comparison = measures[name];
    return comparison ? value(comparison).toFixed(3) : '';
  };
  return `${of('precisionAt1')}  ${of('mapAtR')}${' '.repeat(21)}`;
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
