import { describe, expect, test, vi } from 'vitest';
import { lpDistance } from '../../../src/distances/lpDistance.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import {
  type ApproximateIndex,
  createApproximateIndex,
  restoreApproximateIndex,
} from '../../../src/search/approximate/approximateIndex.ts';
import { createIndex, restoreIndex } from '../../../src/search/exact/createIndex.ts';
import { decodeIndex, encodeIndex } from '../../../src/search/indexFile.ts';
import type { IndexItem, VectorIndex } from '../../../src/search/vectorIndex.ts';
import { type MeasureName, measureNames, measures } from '../../support/measures.ts';
import { indexContract } from '../indexContract.ts';

indexContract('createApproximateIndex', { create: createApproximateIndex });

const dims = 16;
const classes = 40;

interface Collection {
  readonly rows: { readonly data: Float32Array; readonly shape: readonly [number, number] };
  readonly items: IndexItem[];
}

/** Points around the centers of classes, which overlap. */
function clustered(count: number, seed: number): Collection {
  const centers = createRandom(1);
  const places = Float32Array.from({ length: classes * dims }, () => centers.next());
  const random = createRandom(seed);
  const data = Float32Array.from({ length: count * dims }, (_, at) => {
    const label = Math.floor(at / dims) % classes;
    return (places[label * dims + (at % dims)] as number) + 0.6 * (random.next() - 0.5);
  });
  const items = Array.from({ length: count }, (_, i) => ({
    id: `${seed}/${i}`,
    label: i % classes,
    metadata: { even: i % 2 === 0, tenth: i % 10 },
  }));
  return { rows: { data, shape: [count, dims] }, items };
}

const query = clustered(60, 99).rows;

/** The share of the exact index's hits that the other finds too, whatever the distance is a hit. */
async function recall(
  index: VectorIndex,
  exact: VectorIndex,
  ...rest: [k: number, options?: Parameters<VectorIndex['search']>[2]]
): Promise<number> {
  const [found, wanted] = [await index.search(query, ...rest), await exact.search(query, ...rest)];
  let [hits, all] = [0, 0];
  wanted.forEach((own, q) => {
    expect(found[q]).toHaveLength(own.length);
    const farthest = own.at(-1)?.distance ?? 0;
    all += own.length;
    hits += found[q]?.filter(({ distance }) => distance <= farthest).length ?? 0;
  });
  return hits / all;
}

async function both(
  collection: Collection,
  measure: MeasureName = 'euclidean',
): Promise<{ index: ApproximateIndex; exact: VectorIndex }> {
  const distance = measures[measure];
  const exact = createIndex({ dims, distance });
  const index = await createApproximateIndex({ dims, distance });
  for (const one of [exact, index]) await one.add(collection.rows, collection.items);
  return { index, exact };
}

describe('The building of a graph', () => {
  const { rows, items } = clustered(1000, 3);

  test('tells how far it is, and lets events run', async () => {
    const told: number[][] = [];
    const onProgress = (...progress: number[]): void => void told.push(progress);
    const index = await createApproximateIndex({ dims, onProgress });
    let events = 0;
    const adding = index.add(rows, items).then(() => (events = Infinity));
    while (events !== Infinity) {
      await new Promise(setImmediate);
      if (events !== Infinity) events++;
      if (told.length === 3) expect(events).toBeGreaterThanOrEqual(3);
    }
    await adding;
    expect(told).toEqual([256, 512, 768, 1000].map((done) => [done, 1000]));
    told.length = 0;
    const again = await restoreApproximateIndex(index.state(), { onProgress });
    await again.search(query, 1);
    expect(told.at(-1)).toEqual([1000, 1000]);
    index.dispose();
    again.dispose();
  });

  test('stops where its signal is aborted, and leaves the items', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    let blocks = 0;
    const index = await createApproximateIndex({
      dims,
      signal: controller.signal,
      onProgress: () => {
        if (++blocks === 2) controller.abort(reason);
      },
    });
    await expect(index.add(rows, items)).rejects.toBe(reason);
    expect(blocks).toBe(2);
    await expect(index.search(query, 1)).rejects.toBe(reason);
    await expect(index.stateWithGraph()).rejects.toBe(reason);
    expect(blocks).toBe(2);
    expect(await index.count()).toBe(1000);
    const other = await restoreApproximateIndex(index.state());
    expect((await other.search(query, 3))[0]).toHaveLength(3);
    index.dispose();
    other.dispose();
  });

  test('that was done before an abort is searched on', async () => {
    const controller = new AbortController();
    const index = await createApproximateIndex({ dims, signal: controller.signal });
    await index.add(rows, items);
    controller.abort();
    expect((await index.search(query, 3))[0]).toHaveLength(3);
    index.dispose();
  });
});

describe('createApproximateIndex', () => {
  test.each(measureNames)(
    'finds of 4,000 clustered points nearly all that are nearest, at the exact distances: %s',
    async (distance) => {
      const { index, exact } = await both(clustered(4000, 3), distance);
      expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
      expect(await recall(index, exact, 100)).toBeGreaterThan(0.95);
      const [found] = await index.search(query, 3);
      const [wanted] = await exact.search(query, 3);
      expect(found?.[0]).toEqual(wanted?.[0]); // bit for bit
    },
  );

  test('finds the largest products among embeddings of all lengths, also if longer ones come', async () => {
    const { rows, items } = clustered(3000, 3);
    const data = rows.data.map((value, at) => value * 1.5 ** (Math.floor(at / dims) % 11));
    const { index, exact } = await both({ rows: { ...rows, data }, items }, 'dot');
    expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
    const longer = clustered(500, 4);
    const far = { ...longer.rows, data: longer.rows.data.map((value) => value * 1000) };
    for (const one of [index, exact]) await one.add(far, longer.items);
    expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
    const again = await restoreApproximateIndex(await index.stateWithGraph());
    for (const one of [again, exact]) {
      await one.add(clustered(500, 5).rows, clustered(500, 5).items);
      await one.remove({ label: [1, 2] });
    }
    expect(await recall(again, exact, 10)).toBeGreaterThan(0.98);
  });

  test('gives as many as the filter allows, however few or far they are', async () => {
    const { index, exact } = await both(clustered(4000, 3));
    for (const filter of [
      { label: 7 }, // far from most queries
      { metadata: { even: false } },
      { metadata: { tenth: 3 } },
      { ids: ['3/5', '3/77', '3/3999'] },
    ]) {
      expect(await recall(index, exact, 10, { filter })).toBeGreaterThan(0.99);
    }
    expect(await index.search(query, 10, { filter: { ids: ['nobody'] } })).toEqual(
      Array(60).fill([]),
    );
    const threshold = 0.7;
    expect(await recall(index, exact, 50, { threshold })).toBeGreaterThan(0.98);
    expect(await recall(index, exact, 5000)).toBe(1);
  });

  test('keeps its recall while everything is replaced, again and again', async () => {
    const { index, exact } = await both(clustered(2000, 3));
    for (let round = 0; round < 3; round++) {
      const { rows } = clustered(2000, 10 + round);
      for (const one of [index, exact]) await one.upsert(rows, clustered(2000, 3).items);
      expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
    }
    expect(await index.count()).toBe(2000);
  });

  test('finds what is left after removals, a few and nearly all', async () => {
    const { index, exact } = await both(clustered(3000, 3));
    for (const filter of [
      { label: [1, 2, 3] },
      { metadata: { even: true } },
      { metadata: { tenth: 1 } },
      { label: Array.from({ length: 30 }, (_, label) => label) },
    ]) {
      expect(await index.remove(filter)).toBe(await exact.remove(filter));
      expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
    }
    await index.remove({ all: true });
    expect(await index.search(query, 1)).toEqual(Array(60).fill([]));
    await index.add(clustered(3000, 4).rows, clustered(3000, 4).items);
    await exact.remove({ all: true });
    await exact.add(clustered(3000, 4).rows, clustered(3000, 4).items);
    expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
  });

  test('is not led astray by a vector that is there two thousand times', async () => {
    const { rows, items } = clustered(4000, 3);
    for (let i = 1; i < 2000; i++) rows.data.copyWithin(i * dims, 0, dims);
    const { index, exact } = await both({ rows, items });
    expect(await recall(index, exact, 10)).toBeGreaterThan(0.99);
    const first = { data: rows.data.slice(0, dims), shape: [1, dims] as const };
    const [found] = await index.search(first, 1500);
    expect(found).toEqual((await exact.search(first, 1500))[0]); // ties in the order of the items
    expect(await index.remove({ ids: ['3/0'] })).toBe(1);
    expect((await index.search(first, 1))[0]?.[0]).toMatchObject({ id: '3/1', distance: 0 });
  });

  test('builds the same graph each time', async () => {
    const [one, other] = await Promise.all([both(clustered(1500, 3)), both(clustered(1500, 3))]);
    const [a, b] = await Promise.all([one.index.stateWithGraph(), other.index.stateWithGraph()]);
    expect(a.graph?.nodes).toEqual(b.graph?.nodes);
    expect(await one.index.search(query, 10)).toEqual(await other.index.search(query, 10));
  });

  test('builds with all cores on request, and finds as much', async () => {
    const index = await createApproximateIndex({
      dims,
      distance: measures.euclidean,
      parallel: true,
    });
    const { rows, items } = clustered(2000, 3);
    await index.add(rows, items);
    const exact = restoreIndex(index.state());
    expect(await recall(index, exact, 10)).toBeGreaterThan(0.98);
  });

  test.each([
    [{ dims: 0 }, 'createApproximateIndex: expected dims to be a whole number >= 1, got dims: 0.'],
    [
      { dims: 2, connectivity: 1 },
      'createApproximateIndex: expected connectivity to be a whole number >= 2, got connectivity: 1.',
    ],
    [
      { dims: 2, expansionSearch: 0.5 },
      'createApproximateIndex: expected expansionSearch to be a whole number >= 1, got expansionSearch: 0.5.',
    ],
    [
      { dims: 2, distance: lpDistance({ p: 1 }) },
      'createApproximateIndex: expected distance to be one that the store computes: lpDistance with p 2 and power 1 or 2, cosineSimilarity or dotProductSimilarity with power 1, and minNorm at most 1e-6, got lpDistance({ p: 1 }). createIndex and nearestNeighbors compute every distance.',
    ],
  ])('rejects %o', async (options, message) => {
    await expect(createApproximateIndex(options)).rejects.toThrow(message);
  });
});

test('Without the package usearch there is an error that says what to do', async () => {
  vi.doMock('usearch', () => {
    throw new Error("Cannot find package 'usearch'");
  });
  await expect(createApproximateIndex({ dims: 2 })).rejects.toThrow(
    /^createApproximateIndex: expected the package usearch, got .*Install it \(npm install usearch@2.25.3\), or use createIndex/,
  );
  vi.doUnmock('usearch');
});

describe('An approximate index as bytes', () => {
  test('is a file that an exact index reads, and the other way round', async () => {
    const { index, exact } = await both(clustered(1000, 3));
    const kept = await decodeIndex(await encodeIndex(index.state()));
    expect(kept).toEqual(index.state());
    expect(await restoreIndex(kept).search(query, 5)).toEqual(await exact.search(query, 5));
    const again = await restoreApproximateIndex(kept);
    expect(await recall(again, exact, 10)).toBeGreaterThan(0.99);
    expect(await restoreIndex(await index.stateWithGraph()).search(query, 5)).toEqual(
      await exact.search(query, 5),
    );
  });

  test('carries its graph on request, which goes on from there', async () => {
    const { index } = await both(clustered(1500, 3));
    await index.remove({ label: 7 });
    const state = await decodeIndex(await encodeIndex(await index.stateWithGraph()));
    const again = await restoreApproximateIndex(state);
    expect(await again.search(query, 10)).toEqual(await index.search(query, 10));
    for (const one of [index, again]) {
      await one.upsert(clustered(300, 5).rows, clustered(300, 3).items);
      await one.add(clustered(300, 6).rows, clustered(300, 6).items);
      await one.remove({ label: [1, 2] });
    }
    expect(again.state()).toEqual(index.state());
    const exact = restoreIndex(index.state());
    expect(await recall(again, exact, 10)).toBeGreaterThan(0.98);
  });

  test('is refused with a graph of something else', async () => {
    const { index } = await both(clustered(200, 3));
    const { graph, ...state } = await index.stateWithGraph();
    const nodes = graph?.nodes as Int32Array;
    const other = await createApproximateIndex({ dims: 3 });
    await other.add({ data: Float32Array.of(1, 2, 3), shape: [1, 3] }, [{ id: 'a' }]);
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(1000).fill(7),
      (await other.stateWithGraph()).graph?.bytes as Uint8Array,
    ]) {
      await expect(restoreApproximateIndex({ ...state, graph: { nodes, bytes } })).rejects.toThrow(
        "restoreApproximateIndex: expected the graph of the state's items, got",
      );
    }
    await expect(
      restoreApproximateIndex({
        ...state,
        graph: { nodes: nodes.subarray(1), bytes: new Uint8Array(0) },
      }),
    ).rejects.toThrow('expected a node of the graph for each of 200 items, got 199.');
  });
});
