import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { getBackend, memory, setBackend, tensor2d } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kMeans } from '../../src/evaluation/kMeans.ts';
import { retrievalMetrics } from '../../src/evaluation/retrievalMetrics.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { createIndex } from '../../src/search/exact/createIndex.ts';
import { nearestNeighbors } from '../../src/search/exact/nearestNeighbors.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

/** Six hundred points around ten centers, and the same numbers from the backend that the tests run on. */
const random = createRandom(7);
const dims = 24;
const centers = Array.from({ length: 10 * dims }, () => random.next());
const data = Float32Array.from({ length: 600 * dims }, (_, i) => {
  const center = Math.floor(i / dims) % 10;
  return (centers[center * dims + (i % dims)] as number) + random.next();
});
const labels = Int32Array.from({ length: 600 }, (_, i) => i % 10);
const points = { data, shape: [600, dims] as const };

async function everything() {
  const { indices, distances } = await nearestNeighbors(points, points, 7, { excludeSelf: true });
  const cosine = await nearestNeighbors(points, points, 7, { distance: measures.cosine });
  return {
    indices,
    distances,
    cosine,
    retrieval: await retrievalMetrics(points, labels),
    clusters: (await kMeans(points, 10, { seed: 1 })).clusters,
  };
}

describe('Search by matrix products of another backend', () => {
  const own = getBackend();
  let expected: Awaited<ReturnType<typeof everything>>;

  beforeAll(async () => {
    expected = await everything();
    setWasmPaths(`${process.cwd()}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
    await setBackend('wasm');
  });
  afterAll(() => setBackend(own));

  test('gives the same neighbours, scores and clusters, and leaks nothing', async () => {
    expect(await expectNoLeak(everything)).toEqual(expected);
  });

  test('keeps the references of an index until the last search has ended', async () => {
    const { numTensors } = memory();
    const index = createIndex({ dims });
    await index.add(
      points,
      Array.from(labels, (label, i) => ({ id: `${i}`, label })),
    );
    const query = tensor2d(data.subarray(0, 3 * dims), [3, dims]);
    await index.search(query, 1);
    expect(memory().numTensors).toBe(numTensors + 2); // the references, and the query
    const late = index.search(query, 2);
    const refused = index.count();
    for (let i = 0; i < 9; i++) await Promise.resolve(); // the search has begun
    index.dispose();
    const hits = await late;
    expect(hits.map(([first]) => first?.id)).toEqual(['0', '1', '2']);
    await expect(refused).rejects.toThrow('index: expected an index in use');
    query.dispose();
    expect(memory().numTensors).toBe(numTensors);
  });
});
