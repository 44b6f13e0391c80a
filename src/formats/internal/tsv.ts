/**
 * Rows as tab-separated text, each ended by a newline. The format has no escapes: a tab or line end inside a value
 * becomes a space.
 */
export function tsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows
    .map(
      (row) =>
        `${row.map((value) => String(value).replace(/[\t\r\n\u2028\u2029]+/g, ' ')).join('\t')}\n`,
    )
    .join('');
}
