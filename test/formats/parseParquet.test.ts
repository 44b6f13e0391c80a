import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import {
  createIndex,
  embeddingColumn,
  encodeParquet,
  MetricLearningError,
  parseParquet,
} from '../../src/index.ts';

type ColumnData = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
const write = (
  columnData: ColumnData,
  options: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {},
): Uint8Array => new Uint8Array(parquetWriteBuffer({ columnData, ...options }));

const items = write([
  { name: 'name', data: ['red', 'blue', null] },
  { name: 'weight', data: [0.5, -2, 1e300], type: 'DOUBLE' },
  { name: 'person', data: [7n, 2n ** 53n + 1n, -1n], type: 'INT64' },
  { name: 'kept', data: [true, false, true] },
]);

describe('parseParquet', () => {
  test('reads texts, numbers, booleans and missing values by column', async () => {
    expect(await parseParquet(items)).toEqual({
      columns: ['name', 'weight', 'person', 'kept'],
      rows: [
        { name: 'red', weight: 0.5, person: 7, kept: true },
        { name: 'blue', weight: -2, person: 2n ** 53n + 1n, kept: false },
        { name: null, weight: 1e300, person: -1, kept: true },
      ],
    });
  });

  test('reads the columns that are asked for, in many groups of rows', async () => {
    const count = 2500;
    const many = write(
      [
        { name: 'i', data: Int32Array.from({ length: count }, (_, i) => i) },
        { name: 'text', data: Array.from({ length: count }, (_, i) => `row ${i}`) },
      ],
      { rowGroupSize: 700 },
    );
    const { columns, rows } = await parseParquet(many, { columns: ['text'] });
    expect(columns).toEqual(['text']);
    expect(rows).toEqual(Array.from({ length: count }, (_, i) => ({ text: `row ${i}` })));
  });

  test('gives back the embeddings of an index that encodeParquet wrote', async () => {
    const index = createIndex({ dims: 3 });
    const data = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    await index.add(
      { data, shape: [4, 3] },
      [0, 1, 2, 3].map((i) => ({ id: `${i}`, label: i % 2 })),
    );
    const { rows } = await parseParquet(await encodeParquet(index.state()));
    expect(embeddingColumn(rows, 'embedding')).toEqual({ data, shape: [4, 3] });
    expect(rows.map(({ label }) => label)).toEqual([0, 1, 0, 1]);
  });

  test('leaves the bytes as they are', async () => {
    const before = items.slice();
    await parseParquet(items.subarray());
    expect(items).toEqual(before);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a path', () => 'items.parquet', /expected bytes to be a Uint8Array, got "items\.parquet"/],
    ['nothing', () => undefined, /got undefined/],
    ['no bytes', () => new Uint8Array(), /a whole Parquet file/],
    [
      'another file',
      () => new TextEncoder().encode('name,weight\nred,1\n'),
      /a whole Parquet file/,
    ],
    ['a file that is cut off', () => items.subarray(0, items.length - 9), /a whole Parquet file/],
    ['a file without its beginning', () => items.subarray(40), /a whole Parquet file/],
  ])('refuses %s', async (_, bytes, message) => {
    const error = await parseParquet(bytes() as Uint8Array).catch((reason) => reason);
    expect(error).toBeInstanceOf(MetricLearningError);
    expect(error.message).toMatch(message);
  });

  test('refuses a column that is not there, with the names of those that are', async () => {
    await expect(parseParquet(items, { columns: ['weigth'] })).rejects.toThrow(
      'parseParquet: expected columns to be names of name, weight, person, kept, got "weigth".',
    );
    await expect(parseParquet(items, { columns: [] })).rejects.toThrow('at least one name');
  });
});
