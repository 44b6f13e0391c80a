import { describe, expect, test } from 'vitest';
import { createIndex, restoreIndex } from '../../../src/search/exact/createIndex.ts';
import type { MemoryIndex } from '../../../src/search/exact/memoryIndex.ts';
import { decodeIndex, encodeIndex } from '../../../src/search/indexFile.ts';
import type { IndexItem } from '../../../src/search/vectorIndex.ts';
import { measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';

type Rows = { data: Float32Array; shape: readonly [number, number] };

const rows = (matrix: number[][]): Rows => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

/** Four points on a line, two of a kind, with the colours in the metadata. */
async function smallIndex(): Promise<MemoryIndex> {
  const index = createIndex({ dims: 2, distance: measures.euclidean });
  await index.add(
    rows([
      [0, 0],
      [1, 0],
      [5, 0],
      [7, 0],
    ]),
    [
      { id: 'a', label: 'left', metadata: { color: 'red' } },
      { id: 'b', label: 'left', metadata: { color: 'blue' } },
      { id: 'c', label: 'right', metadata: { color: 'red', size: 2 } },
      { id: 'd' },
    ],
  );
  return index;
}

const ids = (hits: readonly (readonly IndexItem[])[]): string[][] =>
  hits.map((found) => found.map(({ id }) => id));

indexContract('createIndex', { create: async (options) => createIndex(options), series: 100 });

describe('createIndex', () => {
  test('gives items at equal distances in the order in which they were added', async () => {
    const index = createIndex({ dims: 1, distance: measures.euclidean });
    await index.add(
      rows([[1], [-1], [1], [3]]),
      ['d', 'c', 'b', 'a'].map((id) => ({ id })),
    );
    expect(ids(await index.search(rows([[0]]), 3))).toEqual([['d', 'c', 'b']]);
    await index.remove({ ids: ['d'] });
    await index.upsert(rows([[-1], [1]]), [{ id: 'a' }, { id: 'd' }]);
    expect(ids(await index.search(rows([[0]]), 4))).toEqual([['c', 'b', 'a', 'd']]);
    index.dispose();
  });
});

describe('an index as bytes', () => {
  test('comes back as it was, from an index with and without items', async () => {
    for (const index of [await smallIndex(), createIndex({ dims: 3, distance: measures.cosine })]) {
      const state = await decodeIndex(await encodeIndex(index.state()));
      expect(state).toEqual(index.state());
      const again = restoreIndex(state);
      expect(again.state()).toEqual(index.state());
      index.dispose();
      again.dispose();
    }
  });

  test('is made from a state that later changes leave alone', async () => {
    const index = await smallIndex();
    const state = index.state();
    await index.upsert(rows([[9, 9]]), [{ id: 'a' }]);
    expect(state).toEqual((await smallIndex()).state());
    index.dispose();
  });

  test('is a safetensors file: header length, JSON, numbers in row-major order', async () => {
    const bytes = await encodeIndex((await smallIndex()).state());
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(length % 8).toBe(0);
    expect(header.vectors).toEqual({ dtype: 'F32', shape: [4, 2], data_offsets: [0, 32] });
    const numbers = new Float32Array(bytes.slice(8 + length, 8 + length + 32).buffer);
    expect(Array.from(numbers)).toEqual([0, 0, 1, 0, 5, 0, 7, 0]);
  });

  test('is refused when any byte is changed or missing', async () => {
    const bytes = await encodeIndex((await smallIndex()).state());
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 0x55;
      const state = await decodeIndex(changed).catch((error: Error) => error.message);
      // Another blank in the header's padding does no harm; every other change is an error.
      if (typeof state === 'string') expect(state).toMatch(/^decodeIndex: expected /);
      else expect(state).toEqual((await smallIndex()).state());
    }
    for (const length of [0, 7, 8, 100, bytes.length - 1]) {
      await expect(decodeIndex(bytes.subarray(0, length))).rejects.toThrow('decodeIndex: expected');
    }
  });

  test('is refused when its parts do not fit', () => {
    const state = { dims: 2, distance: measures.cosine, items: [{ id: 'a' }] } as const;
    expect(() => restoreIndex({ ...state, vectors: new Float32Array(3) })).toThrow(
      'restoreIndex: expected 1 vectors of 2 dims, got 3 values.',
    );
    expect(() => restoreIndex({ ...state, vectors: Float32Array.of(0, Number.NaN) })).toThrow(
      'restoreIndex: expected finite vectors, got NaN in the vector of "a".',
    );
  });
});
