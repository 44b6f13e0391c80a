import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { OptionKind } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';

export interface ParseCsvOptions {
  /** The character between two fields. Default ','. */
  separator?: string;
}

const oneCharacter: OptionKind<string> = {
  expected: 'one character other than a quote or a line end',
  accepts: (value) => typeof value === 'string' && value.length === 1 && !/["\r\n]/.test(value),
};

export const parseCsvOptions: OptionTable<ParseCsvOptions> = {
  separator: preset(',', oneCharacter),
};

/** A table of texts. */
export interface CsvTable {
  /** The names of the columns, from the first line. */
  readonly columns: readonly string[];
  /** A record for each line: the text of each column, which may be empty. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The number of empty lines, which were passed over. */
  readonly dropped: number;
}

const where = 'parseCsv';

/**
 * Parses a CSV text (RFC 4180) whose first line has the names of the columns. Fields may be quoted, and hold separators,
 * line ends and doubled quotes then; a byte order mark is passed over.
 *
 * @throws MetricLearningError if a name is missing or there twice, a line has another number of fields, or a quote does
 * not end; the error has the number of the line.
 * @example
 * const { rows } = parseCsv(await readFile('people.csv', 'utf8'));
 * const labels = rows.map((row) => row['city']);
 */
export function parseCsv(text: string, options: ParseCsvOptions = {}): CsvTable {
  const { separator } = readOptions(where, parseCsvOptions, options);
  if (typeof text !== 'string') throw wrong('a text', show(text));
  const [first, ...rest] = linesOf(text, separator);
  if (first === undefined) throw wrong('a first line with the names of the columns', 'no line');
  const columns = first.fields;
  const odd = columns.findIndex((name, i) => name === '' || columns.indexOf(name) < i);
  if (odd >= 0) {
    throw wrong(
      'different names of columns in the first line',
      `${show(columns[odd])} as column ${odd + 1}`,
    );
  }
  const full = rest.filter(({ fields }) => fields.length > 1 || fields[0] !== '');
  const rows = full.map(({ fields, line }) => {
    if (fields.length !== columns.length) {
      throw wrong(
        `${columns.length} fields in line ${line}, as in the first line`,
        `${fields.length}`,
      );
    }
    return Object.fromEntries(columns.map((name, i) => [name, fields[i]!]));
  });
  return { columns, rows, dropped: rest.length - full.length };
}

interface Line {
  readonly fields: string[];
  /** Its number in the text, from 1. */
  readonly line: number;
}

function linesOf(text: string, separator: string): Line[] {
  const lines: Line[] = [];
  let [at, line] = [text.startsWith('\ufeff') ? 1 : 0, 1];
  while (at < text.length) {
    const fields: string[] = [];
    const begin = line;
    for (;;) {
      let field = '';
      if (text[at] === '"') {
        const start = line;
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (at >= text.length) throw wrong(`the quote in line ${start} to end`, 'none');
          if (text[at] === '"') at++;
          if (text[at] === '\n') line++;
          field += text[at];
        }
        at++;
      } else {
        while (
          at < text.length &&
          text[at] !== separator &&
          text[at] !== '\n' &&
          text[at] !== '\r'
        ) {
          field += text[at++];
        }
      }
      fields.push(field);
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (at < text.length && text[at] !== '\n') {
      throw wrong(`a separator or a line end after the field in line ${line}`, show(text[at]));
    }
    at++;
    line++;
    lines.push({ fields, line: begin });
  }
  return lines;
}

function wrong(expected: string, got: string): MetricLearningError {
  return new MetricLearningError({ where, expected, got });
}
