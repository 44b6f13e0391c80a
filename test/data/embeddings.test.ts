import { memory, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  clusteringMetrics,
  createIndex,
  type Embeddings,
  evaluateAdapter,
  kMeans,
  knnClassify,
  knnConfusion,
  ldaAdapter,
  mineHardNegatives,
  nearestNeighbors,
  pairDistances,
  pca,
  pcaAdapter,
  precisionAt1,
  reRankedDistances,
  retrievalMetrics,
  tripletAccuracy,
  tsne,
} from '../../src/index.ts';

const [count, dims] = [24, 5];
const labels = Int32Array.from({ length: count }, (_, i) => i % 4);
const data = Float32Array.from(
  { length: count * dims },
  (_, at) => Math.sin((Math.floor(at / dims) % 4) + 3 * (at % dims)) + 0.3 * Math.cos(at * at),
);
const lists = Array.from({ length: count }, (_, i) => [...data.subarray(i * dims, (i + 1) * dims)]);

/** Each function that takes embeddings, as far as the answer can be compared. */
const takers: Record<string, (embeddings: Embeddings) => Promise<unknown>> = {
  retrievalMetrics: (x) => retrievalMetrics(x, labels),
  'retrievalMetrics with a reference': (x) =>
    retrievalMetrics(x, labels, { reference: { embeddings: x, labels } }),
  precisionAt1: (x) => precisionAt1(x, labels),
  pairDistances: (x) => pairDistances(x, labels),
  clusteringMetrics: (x) => clusteringMetrics(x, labels, { seed: 1 }),
  kMeans: (x) => kMeans(x, 3, { seed: 1 }),
  knnConfusion: (x) => knnConfusion(x, labels),
  knnClassify: (x) => knnClassify(x, { embeddings: x, labels }, 3),
  nearestNeighbors: (x) => nearestNeighbors(x, x, 3),
  reRankedDistances: (x) => reRankedDistances(x, x),
  tripletAccuracy: (x) =>
    tripletAccuracy(x, {
      anchor: Int32Array.of(0, 1),
      positive: Int32Array.of(4, 5),
      negative: Int32Array.of(1, 2),
    }),
  mineHardNegatives: (x) => mineHardNegatives(x, labels),
  pca: (x) => pca(x),
  tsne: (x) => tsne(x, { seed: 1, iterations: 5, perplexity: 3 }),
  pcaAdapter: async (x) => weightsOf(await pcaAdapter(x)),
  ldaAdapter: async (x) => weightsOf(await ldaAdapter(x, labels)),
  evaluateAdapter: async (x) => {
    const adapter = await pcaAdapter({ data, shape: [count, dims] });
    const verdict = await evaluateAdapter(adapter, { features: x, labels });
    adapter.dispose();
    return verdict;
  },
  index: async (x) => {
    const index = createIndex({ dims });
    await index.add(
      x,
      lists.map((_, i) => ({ id: `${i}`, label: `${labels[i]}` })),
    );
    const hits = await index.search(x, 2);
    index.dispose();
    return hits;
  },
};

async function weightsOf(network: Awaited<ReturnType<typeof pcaAdapter>>): Promise<unknown> {
  const values = await Promise.all(network.getWeights().map((weight) => weight.data()));
  network.dispose();
  return values;
}

describe('Embeddings may be a tensor, { data, shape }, or an array of rows:', () => {
  for (const [name, take] of Object.entries(takers)) {
    test(`${name} answers the same`, async () => {
      const before = memory().numTensors;
      const expected = await take({ data, shape: [count, dims] });
      const tensor = tensor2d(data, [count, dims]);
      expect(await take(tensor)).toEqual(expected);
      tensor.dispose();
      expect(await take(lists)).toEqual(expected);
      expect(await take(lists.map((row) => Float32Array.from(row)))).toEqual(expected);
      expect(memory().numTensors).toBe(before);
    });
  }

  test('rows that are none, or of different lengths, are refused', async () => {
    const expected = 'nearestNeighbors: expected query as rows of equally many numbers, got';
    const message = (query: unknown): Promise<string> =>
      nearestNeighbors(query as Embeddings, lists, 1).then(String, (error) => error.message);
    expect(await message([])).toBe(`${expected} no row.`);
    expect(await message([[]])).toBe(`${expected} [] in row 0.`);
    expect(await message([[1, 2], [3]])).toBe(`${expected} [3] in row 1.`);
    expect(await message([[1], null])).toBe(`${expected} null in row 1.`);
    expect(await message([['1', '']])).toBe(`${expected} ["1",""] in row 0.`);
    expect(await message([0.5, 1])).toBe(
      `${expected} 0.5 in row 0. Put one embedding into an array: [embedding].`,
    );
  });
});
