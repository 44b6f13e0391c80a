import { describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import type { Distance } from '../../../src/distances/distance.ts';
import { lpDistance } from '../../../src/distances/lpDistance.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import { createIndex, restoreIndex } from '../../../src/search/exact/createIndex.ts';
import type { ReadOriginals } from '../../../src/search/exact/originals.ts';
import type { Hit } from '../../../src/search/vectorIndex.ts';
import { measureNames, measures } from '../../support/measures.ts';

const storages = ['float16', 'int8'] as const;
const dims = 12;
const distances: [string, Distance, number, number][] = [
  ...measureNames.map((name): [string, Distance, number, number] => [name, measures[name], 1, 0]),
  ['euclidean of tiny values', measures.euclidean, 1e-12, 0],
  ['euclidean of huge values', measures.euclidean, 1e17, 0],
  ['one that products do not compute', lpDistance({ p: 1 }), 1, 0],
];

function pointsOf(seed: number, width: number, scale = 1, shift = 0) {
  const random = createRandom(seed);
  return (count: number): EmbeddingRows => ({
    data: Float32Array.from({ length: count * width }, () => scale * (random.next() - 0.5) + shift),
    shape: [count, width],
  });
}

const itemsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${first + i}`, label: (first + i) % 5 }));

/** The same items; distances that the backend computes in float32, here in another order of sums. */
function expectNear(own: readonly Hit[][], other: readonly Hit[][]): void {
  const idsOf = (hits: readonly Hit[][]) => hits.map((found) => found.map(({ id }) => id));
  expect(idsOf(own)).toEqual(idsOf(other));
  own.flat().forEach(({ distance }, i) => {
    expect(distance).toBeCloseTo(other.flat()[i]!.distance, 5);
  });
}

test('Originals need a storage that rounds', () => {
  const originals = async () => [];
  const message = "storage: 'float16' or 'int8' where there are originals";
  expect(() => createIndex({ dims: 2, originals })).toThrow(message);
  const state = createIndex({ dims: 2 }).state();
  expect(() => restoreIndex(state, { originals })).toThrow(message);
  expect(restoreIndex(state, { storage: 'int8', originals }).state().storage).toBe('int8');
});

describe.each(storages)('Originals of an index of %s', (storage) => {
  /** Keeps vectors by their ids, as a user's own store does. */
  function ownStore(width: number) {
    const vectors = new Map<string, Float32Array>();
    return {
      vectors,
      keep({ data }: EmbeddingRows, items: readonly { id: string }[]): void {
        items.forEach(({ id }, i) => {
          vectors.set(id, data.slice(i * width, (i + 1) * width));
        });
      },
      read: async (ids: readonly string[]) => ids.map((id) => vectors.get(id)),
    };
  }

  test.each(distances)(
    'let it find what float32 finds, at the same distances, also after changes: %s',
    async (_, distance, scale, shift) => {
      const points = pointsOf(6, dims, scale, shift);
      const store = ownStore(dims);
      const index = createIndex({ dims, distance, storage, originals: store.read });
      const other = createIndex({ dims, distance });
      const both = async (first: number, count: number): Promise<void> => {
        const [rows, items] = [points(count), itemsFrom(first, count)];
        store.keep(rows, items);
        await index.upsert(rows, items);
        await other.upsert(rows, items);
      };
      await both(0, 600);
      await index.remove({ ids: ['3', '77'] });
      await other.remove({ ids: ['3', '77'] });
      await both(590, 20);
      const query = points(4);
      for (const options of [{}, { filter: { label: [1, 2] } }, { filter: { ids: ['9'] } }]) {
        const own = await index.search(query, 7, options);
        const plainOnes = await other.search(query, 7, options);
        if (distance.search) expect(own).toEqual(plainOnes);
        else expectNear(own, plainOnes);
      }
      index.dispose();
      other.dispose();
    },
  );

  test('count no more where they are missing or belong to a vector from before', async () => {
    const [store, points] = [ownStore(dims), pointsOf(7, dims)];
    const index = createIndex({ dims, storage, originals: store.read });
    const byCodes = createIndex({ dims, storage });
    const items = itemsFrom(0, 40);
    store.keep(points(40), items); // of another time
    store.vectors.delete('5');
    const rows = points(40);
    await index.add(rows, items);
    await byCodes.add(rows, items);
    const query = points(3);
    expect(await index.search(query, 40)).toEqual(await byCodes.search(query, 40));
    index.dispose();
    byCodes.dispose();
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'a vector or undefined for each id (2), got undefined'],
    ['too few', [undefined], 'a vector or undefined for each id (2), got 1 of them'],
    ['other widths', [[1, 2, 3], undefined], '2 finite numbers for "a", or undefined, got [1,2,3]'],
    ['NaN', [undefined, [1, Number.NaN]], '2 finite numbers for "b", or undefined, got NaN'],
    ['text', ['no', undefined], '2 finite numbers for "a", or undefined, got "no"'],
  ])('are refused when they are %s', async (_, given, message) => {
    const originals = (async () => given) as unknown as ReadOriginals;
    const index = createIndex({ dims: 2, storage, originals });
    const rows = { data: Float32Array.of(1, 0, 0, 1), shape: [2, 2] as const };
    await index.add(rows, [{ id: 'a' }, { id: 'b' }]);
    await expect(index.search(rows, 1)).rejects.toThrow(message);
    index.dispose();
  });

  test('that fail end one search, and not the next', async () => {
    let broken = true;
    const originals: ReadOriginals = async (ids) => {
      if (broken) throw new Error('the disk is gone');
      return ids.map(() => undefined);
    };
    const index = createIndex({ dims: 2, storage, originals });
    const rows = { data: Float32Array.of(1, 0), shape: [1, 2] as const };
    await index.add(rows, [{ id: 'a' }]);
    await expect(index.search(rows, 1)).rejects.toThrow('the disk is gone');
    broken = false;
    expect(await index.search(rows, 1)).toHaveLength(1);
    index.dispose();
  });
});
