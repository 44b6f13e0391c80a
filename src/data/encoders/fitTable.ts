import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { show } from '../../internal/checks.ts';

/** A row of a table: a number or a text by column; null, undefined, NaN and the empty text are missing values. */
export type TableRow = Readonly<Record<string, string | number | null | undefined>>;

/** What a column holds: numbers, or a few different values. */
export type ColumnKind = 'number' | 'category';

/** A column as it was fitted, as JSON. */
export type FittedColumn =
  | {
      readonly name: string;
      readonly kind: 'number';
      readonly mean: number;
      readonly std: number;
      /** Whether a further value says if the number is missing. */
      readonly flag: boolean;
    }
  | { readonly name: string; readonly kind: 'category'; readonly values: readonly string[] };

/** Rows as numbers. */
export interface EncodedTable {
  /** The values, row by row. */
  readonly examples: Float32Array;
  readonly shape: readonly [count: number, width: number];
  /** The number of missing values, and of categories that the fitted rows did not have, by column. */
  readonly dropped: Readonly<
    Record<string, { readonly missing: number; readonly unknown: number }>
  >;
}

/** Turns rows of a table into numbers. */
export interface TableEncoder {
  readonly kind: 'table';
  /** The number of values of an encoded row. */
  readonly width: number;
  /** What was fitted, as JSON, for `restoreTable`. A model keeps it: `new TripletModel(base, { encoder })`. */
  readonly state: readonly FittedColumn[];
  /** @throws MetricLearningError if a value of a number column is no number. */
  encode(rows: readonly TableRow[]): EncodedTable;
}

/**
 * Fits an encoder of table rows: number columns get mean 0 and deviation 1, category columns a value of 0 or 1 for each
 * category. Fit it on the training part alone.
 *
 * A missing number becomes the mean; where the fitted rows have missing ones, a further value of the column is 1 for those
 * and 0 for others. A missing or unknown category is all zeros.
 *
 * @throws MetricLearningError if there is no row or no column, a column has no value, or a value of a number column is no
 * number; the error names column and row.
 * @example
 * const table = fitTable(trainRows, { age: 'number', city: 'category' });
 * const { examples, shape } = table.encode(trainRows); // [count, 1 + cities]
 */
export function fitTable(
  rows: readonly TableRow[],
  columns: Readonly<Record<string, ColumnKind>>,
): TableEncoder {
  const where = 'fitTable';
  checkRows(where, rows);
  checkRecord(where, 'columns', columns, "{ age: 'number', city: 'category' }");
  const entries = Object.entries(columns);
  if (rows.length === 0 || entries.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'at least one row and one column',
      got: `${rows.length} rows, ${entries.length} columns`,
    });
  }
  return encoderOf(entries.map(([name, kind]) => fitColumn(where, rows, name, kind)));
}

/**
 * The encoder whose `state` was kept.
 *
 * @throws MetricLearningError if the state is not what an encoder's `state` is.
 * @example
 * const table = restoreTable(JSON.parse(text)); // encodes as the fitted one
 */
export function restoreTable(state: readonly FittedColumn[]): TableEncoder {
  const known = (column: FittedColumn | null): boolean =>
    typeof column?.name === 'string' &&
    (column.kind === 'number'
      ? Number.isFinite(column.mean) && column.std > 0 && typeof column.flag === 'boolean'
      : column.kind === 'category' &&
        Array.isArray(column.values) &&
        column.values.every((value) => typeof value === 'string'));
  if (!Array.isArray(state) || state.length === 0 || !state.every(known)) {
    throw new MetricLearningError({
      where: 'restoreTable',
      expected: 'the state of an encoder that fitTable made',
      got: show(state),
    });
  }
  return encoderOf(state);
}

function fitColumn(
  where: string,
  rows: readonly TableRow[],
  name: string,
  kind: ColumnKind,
): FittedColumn {
  if (kind !== 'number' && kind !== 'category') {
    throw new MetricLearningError({
      where,
      expected: `columns.${name} to be 'number' or 'category'`,
      got: show(kind),
    });
  }
  const present = rows.flatMap((row, i) =>
    isMissing(row[name]) ? [] : [{ value: row[name]!, i }],
  );
  if (present.length === 0) {
    throw new MetricLearningError({
      where,
      expected: `at least one value in the column ${name}`,
      got: `${rows.length} rows without it`,
    });
  }
  if (kind === 'category') {
    return { name, kind, values: [...new Set(present.map(({ value }) => `${value}`))].sort() };
  }
  const numbers = present.map(({ value, i }) => numberOf(where, name, value, i));
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  const std = variance > 0 ? Math.sqrt(variance) : 1;
  return { name, kind, mean, std, flag: present.length < rows.length };
}

function encoderOf(state: readonly FittedColumn[]): TableEncoder {
  const widthOf = (column: FittedColumn): number =>
    column.kind === 'category' ? column.values.length : column.flag ? 2 : 1;
  const width = state.reduce((sum, column) => sum + widthOf(column), 0);
  return {
    kind: 'table',
    width,
    state,
    encode(rows) {
      checkRows('encode', rows);
      const examples = new Float32Array(rows.length * width);
      const dropped: Record<string, { missing: number; unknown: number }> = {};
      let offset = 0;
      for (const column of state) {
        const count = { missing: 0, unknown: 0 };
        dropped[column.name] = count;
        rows.forEach((row, i) => {
          const value = row[column.name];
          const at = i * width + offset;
          if (isMissing(value)) {
            count.missing++;
            if (column.kind === 'number' && column.flag) examples[at + 1] = 1;
          } else if (column.kind === 'number') {
            const x = numberOf('encode', column.name, value!, i);
            examples[at] = (x - column.mean) / column.std;
          } else {
            const found = column.values.indexOf(`${value}`);
            if (found < 0) count.unknown++;
            else examples[at + found] = 1;
          }
        });
        offset += widthOf(column);
      }
      return { examples, shape: [rows.length, width], dropped };
    },
  };
}

function isMissing(value: TableRow[string]): boolean {
  return value === null || value === undefined || value === '' || Number.isNaN(value);
}

function numberOf(where: string, name: string, value: string | number, row: number): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isFinite(number)) return number;
  throw new MetricLearningError({
    where,
    expected: `numbers in the column ${name}`,
    got: `${show(value)} in row ${row}`,
    fix: "Make the column a 'category', or clean the value; null is a missing one.",
  });
}

function checkRows(where: string, rows: readonly TableRow[]): void {
  const odd = Array.isArray(rows)
    ? rows.findIndex((row) => typeof row !== 'object' || row === null)
    : 0;
  if (Array.isArray(rows) && odd < 0) return;
  throw new MetricLearningError({
    where,
    expected: 'rows to be an array of records, as parseCsv returns them',
    got: Array.isArray(rows) ? `${show(rows[odd])} in row ${odd}` : show(rows),
  });
}
