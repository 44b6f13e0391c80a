import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import type { Distance } from '../../../src/distances/distance.ts';
import { lpDistance } from '../../../src/distances/lpDistance.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import { createIndex, restoreIndex } from '../../../src/search/exact/createIndex.ts';
import type { MemoryIndex } from '../../../src/search/exact/memoryIndex.ts';
import { rowCodecs } from '../../../src/search/exact/rowCodec.ts';
import { decodeIndex, encodeIndex } from '../../../src/search/indexFile.ts';
import { measureNames, measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';

const storages = ['float16', 'int8'] as const;

// int8 rounds the vectors more than the contract allows.
indexContract('createIndex with storage float16', {
  create: async (options) => createIndex({ ...options, storage: 'float16' }),
  digits: 3,
  series: 10,
});

const dims = 12;

function pointsOf(seed: number, width: number, scale = 1, shift = 0) {
  const random = createRandom(seed);
  return (count: number): EmbeddingRows => ({
    data: Float32Array.from({ length: count * width }, () => scale * (random.next() - 0.5) + shift),
    shape: [count, width],
  });
}

const itemsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${first + i}`, label: (first + i) % 5 }));

/** The plain index of the vectors that another one keeps. */
const plain = (index: MemoryIndex): MemoryIndex => {
  const { storage: _, ...state } = index.state();
  return restoreIndex(state);
};

async function expectSame(index: MemoryIndex, query: EmbeddingRows): Promise<void> {
  const other = plain(index);
  for (const options of [{}, { filter: { label: [1, 2] } }, { filter: { ids: ['3', '7'] } }]) {
    expect(await index.search(query, 7, options)).toEqual(await other.search(query, 7, options));
  }
  other.dispose();
}

describe.each(storages)('An index that keeps its vectors as %s', (storage) => {
  const distances: [string, Distance, number, number][] = [
    ...measureNames.map((name): [string, Distance, number, number] => [name, measures[name], 1, 0]),
    ['euclidean, far from the origin', measures.euclidean, 1, 30],
    ['euclidean of tiny values', measures.euclidean, 1e-12, 0],
    ['euclidean of huge values', measures.euclidean, 1e17, 0],
    ['dot of huge values', measures.dot, 1e17, 0],
    ['one that products do not compute', lpDistance({ p: 1 }), 1, 0],
  ];
  test.each(distances)(
    'searches them exactly, also after changes: %s',
    async (_, distance, scale, shift) => {
      const points = pointsOf(1, dims, scale, shift);
      const index = createIndex({ dims, distance, storage });
      await index.add(points(2500), itemsFrom(0, 2500)); // more than a tile
      await expectSame(index, points(5));
      await index.remove({ ids: ['0', '3', '2499'] });
      await index.upsert(points(20), itemsFrom(2490, 20));
      await expectSame(index, points(5));
      await index.remove({ label: [1, 2, 3] }); // so many that the gaps are closed
      await expectSame(index, points(5));
      index.dispose();
    },
  );

  test('finds all items at equal distances', async () => {
    const index = createIndex({ dims: 2, distance: measures.euclidean, storage });
    const data = Float32Array.from({ length: 200 }, (_, i) => (i % 2 ? 3 : 4));
    await index.add({ data, shape: [100, 2] }, itemsFrom(0, 100));
    const [found] = await index.search({ data: Float32Array.of(0, 0), shape: [1, 2] }, 100);
    expect(found?.map(({ id, distance }) => `${id} ${distance.toFixed(1)}`)).toEqual(
      Array.from({ length: 100 }, (_, i) => `${i} 5.0`),
    );
    index.dispose();
  });

  test('finds nearly all that one of float32 finds', async () => {
    const points = pointsOf(2, 64);
    const [rows, query] = [points(2000), points(50)];
    const [own, other] = [createIndex({ dims: 64, storage }), createIndex({ dims: 64 })];
    await own.add(rows, itemsFrom(0, 2000));
    await other.add(rows, itemsFrom(0, 2000));
    const truth = await other.search(query, 10);
    const found = await own.search(query, 10);
    const hits = found.flatMap((some, q) =>
      some.filter(({ id }) => truth[q]?.some((hit) => hit.id === id)),
    );
    expect(hits.length / 500).toBeGreaterThan(storage === 'int8' ? 0.95 : 0.995);
    own.dispose();
    other.dispose();
  });

  test('leaves nothing on the backend', async () => {
    const points = pointsOf(3, dims);
    const index = createIndex({ dims, storage });
    await index.add(points(100), itemsFrom(0, 100));
    const before = memory().numTensors;
    await index.search(points(3), 5);
    expect(memory().numTensors).toBe(before);
    index.dispose();
  });

  test('comes back from bytes as it was, with its storage', async () => {
    const points = pointsOf(4, dims);
    const index = createIndex({ dims, storage });
    await index.add(points(300), itemsFrom(0, 300));
    const state = index.state();
    expect(state.storage).toBe(storage);
    const again = restoreIndex(await decodeIndex(await encodeIndex(state)));
    expect(again.state()).toEqual(state);
    const query = points(3);
    expect(await again.search(query, 5)).toEqual(await index.search(query, 5));
    index.dispose();
    again.dispose();
  });

  test('encodes what it decoded to the same', () => {
    const codec = rowCodecs[storage];
    for (const scale of [1, 1e-20, 3e38]) {
      const { data } = pointsOf(5, 7, scale)(200);
      for (let i = 0; i < 200; i++) {
        const row = data.subarray(i * 7, (i + 1) * 7);
        const codes = codec.codes(7);
        const factor = codec.encode(row, codes, 0);
        const decoded = new Float32Array(7);
        codec.decode(codes, decoded);
        const values = decoded.map((value) => value * factor);
        const largest = Math.max(...row.map(Math.abs));
        row.forEach((value, k) => {
          const most = storage === 'int8' ? largest / 250 : largest / 2048;
          expect(Math.abs(value - values[k]!)).toBeLessThanOrEqual(most);
        });
        const second = codec.codes(7);
        codec.encode(values, second, 0);
        codec.decode(second, decoded);
        expect(decoded.map((value) => value * codec.encode(values, second, 0))).toEqual(values);
      }
    }
  });
});

test('The codes of float16 are those of the standard', () => {
  const { codes, encode, decode } = rowCodecs.float16;
  const values = [
    1,
    -1,
    0.5,
    0,
    2 ** -14,
    2 ** -24,
    1 / 3,
    0.1,
    1 - 2 ** -11,
    2 ** -25,
    2 ** -24 * 1.5,
  ];
  const own = codes(values.length);
  expect(encode(Float32Array.from(values), own, 0)).toBe(1);
  expect(Array.from(own, (code) => code.toString(16))).toEqual([
    '3c00',
    'bc00',
    '3800',
    '0',
    '400',
    '1',
    '3555',
    '2e66',
    '3bff',
    '0',
    '2',
  ]);
  const decoded = new Float32Array(values.length);
  decode(own, decoded);
  expect(Array.from(decoded).slice(0, 6)).toEqual(values.slice(0, 6));
});

test('A storage of another name is refused, also in a state', () => {
  expect(() => createIndex({ dims: 2, storage: 'int4' as never })).toThrow(
    'createIndex: expected storage to be',
  );
  const state = createIndex({ dims: 2 }).state();
  expect(() => restoreIndex({ ...state, storage: 'int4' as never })).toThrow(
    'restoreIndex: expected storage to be',
  );
});
