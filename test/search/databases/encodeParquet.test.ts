import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { encodeParquet } from '../../../src/search/databases/encodeParquet.ts';
import type { IndexItem } from '../../../src/search/vectorIndex.ts';
import { measures } from '../../support/measures.ts';

const stateOf = (items: readonly IndexItem[], dims = 2) => ({
  dims,
  distance: measures.cosine,
  items,
  vectors: Float32Array.from({ length: items.length * dims }, (_, i) => Math.sin(i)),
});

const read = async (items: readonly IndexItem[]) => {
  const bytes = await encodeParquet(stateOf(items));
  return parquetReadObjects({ file: bytes.buffer });
};

describe('encodeParquet', () => {
  test('writes ids, labels, metadata and vectors, which a reader gives back', async () => {
    const items = [
      { id: 'a', label: 'Anna', metadata: { room: 3, tags: ['x', null], 'a.b "c"': true } },
      { id: 'é 🦊', label: 'Ben' },
      { id: '' },
    ];
    const { vectors } = stateOf(items);
    expect(await read(items)).toEqual(
      items.map(({ id, label = null, metadata = null }, i) => ({
        id,
        label,
        metadata,
        embedding: Array.from(vectors.subarray(2 * i, 2 * i + 2)),
      })),
    );
  });

  test.each([
    ['numbers', [1, 2.5, undefined], 'DOUBLE', [1, 2.5, null]],
    ['texts', ['1', 'x', undefined], 'UTF8', ['1', 'x', null]],
    ['both', [1, '1', undefined], 'JSON', [1, '1', null]],
  ])('keeps labels that are %s as what they are', async (_, labels, type, expected) => {
    const items = labels.map((label, i) => ({
      id: `${i}`,
      ...(label !== undefined && { label }),
    }));
    const bytes = await encodeParquet(stateOf(items));
    const column = parquetMetadata(bytes.buffer).schema.find(({ name }) => name === 'label');
    expect(column?.converted_type ?? column?.type).toBe(type);
    expect((await read(items)).map((row) => row['label'])).toEqual(expected);
  });

  test('says what the distances are, in a file of float32', async () => {
    const { buffer } = await encodeParquet(stateOf([{ id: 'a' }], 3));
    const { schema, key_value_metadata } = parquetMetadata(buffer);
    expect(key_value_metadata).toEqual([
      { key: 'distance', value: '{"name":"cosineSimilarity","power":1,"minNorm":1e-12}' },
      { key: 'dims', value: '3' },
    ]);
    expect(schema.at(-1)).toMatchObject({ name: 'element', type: 'FLOAT' });
  });

  test('writes many items in groups, and none', async () => {
    const items = Array.from({ length: 10_001 }, (_, i) => ({ id: `${i}`, label: i % 7 }));
    const rows = await read(items);
    expect(rows.map((row) => row['id'])).toEqual(items.map(({ id }) => id));
    expect(rows.at(-1)?.['label']).toBe(10_000 % 7);
    expect(await read([])).toEqual([]);
  });

  test('refuses what would not come back as it is', async () => {
    const items = [{ id: 'a', metadata: { size: Number.NaN } }];
    await expect(encodeParquet(stateOf(items))).rejects.toThrow(
      'encodeParquet: expected metadata to hold only what JSON can hold: strings, finite numbers, booleans, null, arrays and records, got metadata.size: NaN in the item "a".',
    );
    await expect(encodeParquet({ ...stateOf([]), vectors: new Float32Array(1) })).rejects.toThrow(
      'encodeParquet: expected 0 vectors of 2 dims, got 1 values.',
    );
  });
});
