import { numberText } from '../charts/internal/scale.ts';
import { element, escapeXml } from '../charts/internal/svg.ts';

/** Scores of each class, for a table. */
export interface ClassScores {
  /** Names of the columns after the first, which names the class. */
  readonly columns: readonly string[];
  /** One row a class, with a value for each column. */
  readonly rows: readonly {
    readonly name: string;
    readonly values: readonly (number | string)[];
  }[];
}

/** The scores of classes as an HTML table. */
export function classTable({ columns, rows }: ClassScores): string {
  const heads = ['class', ...columns].map((name) => element('th', {}, escapeXml(name)));
  const lines = rows.map(({ name, values }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, escapeXml(name)),
      ...values.map((value) =>
        element('td', {}, escapeXml(typeof value === 'number' ? numberText(value) : value)),
      ),
    ),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...lines),
  );
}
