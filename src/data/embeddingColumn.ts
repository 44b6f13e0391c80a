import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { EmbeddingRows } from './embeddings.ts';

/**
 * The embeddings that a column of a table holds: a list of numbers in each row, or its text as JSON, as in a CSV file.
 *
 * @throws MetricLearningError if there is no row, or a row has no list of finite numbers of the length of the first; the
 * error has the number of the row.
 * @example
 * const { rows } = parseCsv('name,embedding\nred,"[1, 0]"\nblue,"[0, 1]"\n');
 * const embeddings = embeddingColumn(rows, 'embedding'); // { data, shape: [2, 2] }
 */
export function embeddingColumn(
  rows: readonly Readonly<Record<string, unknown>>[],
  column: string,
): EmbeddingRows {
  const where = 'embeddingColumn';
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new MetricLearningError({
      where,
      expected:
        'rows to be an array of at least one record, as parseParquet and parseCsv return it',
      got: show(rows),
    });
  }
  const lists = rows.map((row: Readonly<Record<string, unknown>> | null) => listOf(row?.[column]));
  const dims = lists[0]?.length ?? 0;
  const bad = lists.findIndex(
    (list) => list === undefined || list.length === 0 || list.length !== dims,
  );
  if (bad >= 0) {
    throw new MetricLearningError({
      where,
      expected: `${show(column)} of row ${bad} to be a list of ${bad === 0 || dims === 0 ? 'finite' : `${dims} finite`} numbers`,
      got: show(rows[bad]?.[column]),
    });
  }
  const data = new Float32Array(lists.length * dims);
  lists.forEach((list, i) => {
    data.set(list!, i * dims);
  });
  return { data, shape: [lists.length, dims] };
}

/** The numbers of a list, of a typed array, or of a text that is a list in JSON; undefined for anything else. */
function listOf(value: unknown): readonly number[] | undefined {
  let list = value;
  if (typeof value === 'string') {
    try {
      list = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  if (ArrayBuffer.isView(list) && !(list instanceof DataView)) {
    list = Array.from(list as unknown as ArrayLike<number>);
  }
  if (!Array.isArray(list)) return undefined;
  return list.every((one) => typeof one === 'number' && Number.isFinite(Math.fround(one)))
    ? list
    : undefined;
}
