import { memory, type Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../../src/data/embeddings.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import { createIndex, restoreIndex } from '../../../src/search/exact/createIndex.ts';
import { nearestNeighbors } from '../../../src/search/exact/nearestNeighbors.ts';
import type { Hit, IndexItem, VectorIndex } from '../../../src/search/vectorIndex.ts';
import { measures } from '../../support/measures.ts';

const dims = 5;

/** What an index holds, as a plain list in the order of the additions. */
type Plain = { item: IndexItem; row: number[] }[];

const rowsOf = (plain: Plain): EmbeddingRows => ({
  data: Float32Array.from(plain.flatMap(({ row }) => row)),
  shape: [plain.length, dims],
});

/** The nearest of a plain list, as one search of fresh arrays finds them. */
async function expected(
  plain: Plain,
  query: EmbeddingRows,
  k: number,
  distance: VectorIndex['distance'],
): Promise<Hit[][]> {
  const most = Math.min(k, plain.length);
  if (most === 0) return Array.from({ length: query.shape[0] }, () => []);
  const { indices, distances } = await nearestNeighbors(query, rowsOf(plain), most, { distance });
  return Array.from({ length: query.shape[0] }, (_, q) =>
    Array.from({ length: most }, (__, rank) => ({
      ...plain[indices[q * most + rank]!]!.item,
      distance: distances[q * most + rank]!,
    })),
  );
}

/** An index and a plain list that change alike. */
function pair(distance: VectorIndex['distance']) {
  const random = createRandom(3);
  const index = createIndex({ dims, distance });
  let plain: Plain = [];
  let next = 0;
  const point = (scale = 1, shift = 0): number[] =>
    Array.from({ length: dims }, () => scale * (random.next() - 0.5) + shift);
  return {
    index,
    point,
    plain: () => plain,
    async put(count: number, scale?: number, shift?: number, ids?: string[]) {
      const made: Plain = Array.from({ length: count }, (_, i) => ({
        item: {
          id: ids?.[i] ?? `${next++}`,
          label: Math.floor(random.next() * 40),
          metadata: { room: Math.floor(random.next() * 3) },
        },
        row: point(scale, shift).map(Math.fround),
      }));
      for (const each of made) {
        const at = plain.findIndex(({ item }) => item.id === each.item.id);
        if (at >= 0) plain[at] = each;
        else plain.push(each);
      }
      await index.upsert(
        rowsOf(made),
        made.map(({ item }) => item),
      );
    },
    async remove(test: (item: IndexItem) => boolean, filter: Parameters<typeof index.remove>[0]) {
      const before = plain.length;
      plain = plain.filter(({ item }) => !test(item));
      expect(await index.remove(filter)).toBe(before - plain.length);
    },
    async check(shift = 0) {
      const query = rowsOf(
        [1, 2, 3].map(() => ({ item: { id: '' }, row: point(1, shift).map(Math.fround) })),
      );
      expect(await index.count()).toBe(plain.length);
      expect(await index.search(query, 7)).toEqual(await expected(plain, query, 7, distance));
      const some = plain.filter(({ item }) => item.label === 5);
      const room = plain.filter(({ item }) => item.metadata?.['room'] === 1);
      const both = room.filter(({ item }) => [5, 6].includes(item.label as number));
      expect(await index.search(query, 7, { filter: { label: 5 } })).toEqual(
        await expected(some, query, 7, distance),
      );
      expect(await index.search(query, 7, { filter: { metadata: { room: 1 } } })).toEqual(
        await expected(room, query, 7, distance),
      );
      expect(
        await index.search(query, 7, { filter: { label: [5, 6, 5], metadata: { room: 1 } } }),
      ).toEqual(await expected(both, query, 7, distance));
      expect(await index.count({ label: 5 })).toBe(some.length);
    },
  };
}

describe('An index that changes', () => {
  test.each(['euclidean', 'squaredEuclidean', 'cosine', 'dot'] as const)(
    'answers after each change as a search of fresh arrays does: %s',
    async (name) => {
      const { index, put, remove, check, plain } = pair(measures[name]);
      await put(3000);
      await check();
      await put(1); // a column of a tile
      await check();
      await put(
        400,
        1,
        0,
        Array.from({ length: 400 }, (_, i) => `${7 * i}`),
      ); // more than are patched
      await check();
      await remove(({ id }) => id === '17', { ids: ['17'] });
      await check();
      await remove(({ label }) => label === 5, { label: 5 });
      await check();
      await put(9, 1, 0, ['3', '2999', '17', 'new', '8', '9', '10', '11', '12']);
      await check();
      await remove(({ metadata }) => metadata?.['room'] !== 2, {
        ids: plain()
          .filter(({ item }) => item.metadata?.['room'] !== 2)
          .map(({ item }) => item.id),
      }); // the gaps are closed
      await check();
      await put(30);
      await check();
      await remove(() => true, { all: true });
      expect(await index.search(rowsOf([{ item: { id: '' }, row: [1, 2, 3, 4, 5] }]), 3)).toEqual([
        [],
      ]);
      await put(10);
      await check();
      expect(index.state().items).toEqual(plain().map(({ item }) => item));
      expect(index.state().vectors).toEqual(rowsOf(plain()).data);
      index.dispose();
    },
  );

  test('finds the nearest also where the items have moved far away from the first ones', async () => {
    const { index, put, remove, check } = pair(measures.euclidean);
    await put(2, 1000);
    await check();
    await put(3000, 0.01, 500); // the center of two far points tells these from each other no more
    await check(500);
    await put(5, 1e12);
    await check(500);
    await remove(({ label }) => label === 1, { label: 1 });
    await check(500);
    index.dispose();
  });

  test('keeps its tensors and no more through changes and searches', async () => {
    const { numTensors } = memory();
    const { index, put, check } = pair(measures.cosine);
    await put(3000);
    await check();
    const held = memory().numTensors;
    for (let i = 0; i < 5; i++) {
      await put(
        300,
        1,
        0,
        Array.from({ length: 300 }, (_, at) => `${at + i}`),
      );
      await check();
    }
    expect(memory().numTensors).toBe(held);
    await index.close();
    expect(memory().numTensors).toBe(numTensors);
  });

  test('leaves the vectors of the state it was restored from alone', async () => {
    const state = {
      dims: 1,
      distance: measures.euclidean,
      items: [{ id: 'a' }],
      vectors: Float32Array.of(1),
    };
    const index = restoreIndex(state);
    await index.upsert({ data: Float32Array.of(2), shape: [1, 1] }, [{ id: 'a' }]);
    expect(state.vectors).toEqual(Float32Array.of(1));
    index.dispose();
  });
});

describe('Searches at the same time', () => {
  test('answer as one after the other do, with other k, filters and thresholds between', async () => {
    const { index, put, point } = pair(measures.euclidean);
    await put(500);
    const calls = Array.from({ length: 100 }, (_, i) => {
      const query = rowsOf(
        Array.from({ length: 1 + (i % 3) }, () => ({ item: { id: '' }, row: point() })),
      );
      const filter = [undefined, { label: i % 5 }, { metadata: { room: 1 } }][i % 3];
      const options = { ...(filter && { filter }), threshold: i % 2 ? 0.5 : Infinity };
      return [query, 1 + (i % 9), options] as const;
    });
    const together = await Promise.all(calls.map((call) => index.search(...call)));
    for (const [i, call] of calls.entries())
      expect(together[i]).toEqual(await index.search(...call));
    index.dispose();
  });

  /** An index that notes how many queries each of its products has. */
  async function counting(batching?: number) {
    const products: number[] = [];
    const { search: _, ...own } = measures.euclidean;
    const distance = {
      ...own,
      matrix: (queries: Tensor2D, references: Tensor2D) => {
        products.push(queries.shape[0]);
        return own.matrix(queries, references);
      },
    };
    const index = createIndex({ dims: 1, distance, ...(batching && { batching }) });
    await index.add({ data: Float32Array.of(1, 2, 3), shape: [3, 1] }, [
      { id: 'a' },
      { id: 'b' },
      { id: 'c' },
    ]);
    const search = (): Promise<Hit[][]> =>
      index.search({ data: Float32Array.of(1), shape: [1, 1] }, 1);
    return { index, search, products };
  }

  test('share a product of up to 64 queries, or as many as `batching` says', async () => {
    for (const [batching, groups] of [
      [undefined, [64, 36]],
      [30, [30, 30, 30, 10]],
      [1, Array(100).fill(1)],
    ] as const) {
      const { index, search, products } = await counting(batching);
      await Promise.all(Array.from({ length: 100 }, search));
      expect(products).toEqual(groups);
      index.dispose();
    }
  });

  test('wait for more while they come several at a time, but answer a stream that never ends', async () => {
    const { index, search, products } = await counting(100_000);
    await Promise.all([search(), search()]);
    let answered = false;
    const calls: Promise<unknown>[] = [];
    while (!answered) {
      calls.push(search().finally(() => (answered = true)));
      await new Promise(setImmediate);
    }
    await Promise.all(calls);
    expect(products[0]).toBe(2);
    expect(products[1]).toBeGreaterThan(2); // several turns of the event loop
    index.dispose();
  });

  test('do not wait when they come one after the other, nor for those after a change', async () => {
    const { index, search, products } = await counting();
    await Promise.all([search(), search()]);
    const before = search();
    const removal = index.remove({ ids: ['a'] });
    const after = search();
    expect((await before)[0]?.[0]?.id).toBe('a');
    expect(await removal).toBe(1);
    expect((await after)[0]?.[0]?.id).toBe('b');
    expect(products).toEqual([2, 1, 1]);
    index.dispose();
  });

  test('fail one by one', async () => {
    const { index, put } = pair(measures.euclidean);
    await put(10);
    const query = rowsOf([{ item: { id: '' }, row: [1, 2, 3, 4, 5] }]);
    const outcomes = await Promise.allSettled([
      index.search(query, 1),
      index.search(query, 0),
      index.search({ data: Float32Array.of(1), shape: [1, 1] }, 1),
      index.search(query, 1, { filter: { label: Number.NaN } }),
      index.search(query, 2),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    index.dispose();
  });

  test('let waiting events run', async () => {
    const wide = 512;
    const index = createIndex({ dims: wide });
    const random = createRandom(1);
    const data = Float32Array.from({ length: 6000 * wide }, () => random.next());
    const items = Array.from({ length: 6000 }, (_, i) => ({ id: `${i}` }));
    await index.add({ data, shape: [6000, wide] }, items);
    const query = { data: data.slice(0, 32 * wide), shape: [32, wide] as const };
    await index.search(query, 1);
    let events = 0;
    let searching = true;
    const beat = (): void => {
      events++;
      if (searching) setImmediate(beat);
    };
    const search = index.search(query, 1);
    await new Promise(setImmediate);
    setImmediate(beat);
    await search;
    searching = false;
    expect(events).toBeGreaterThanOrEqual(3);
    index.dispose();
  });
});
