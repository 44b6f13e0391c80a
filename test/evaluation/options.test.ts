import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { createApproximateIndex } from '../../src/search/approximate/approximateIndex.ts';

const rows = { data: Float32Array.of(0, 0, 1, 1, 0, 2), shape: [3, 2] } as const;
const ids = [0, 0, 1];
const pairs = { distances: Float64Array.of(1, 2), same: Uint8Array.of(1, 0) };

/** Each takes options last, and refuses those it does not know before it does anything. */
const functions: [name: string, call: (options: never) => unknown][] = [
  ['bootstrapInterval', (options) => library.bootstrapInterval([1, 2], options)],
  ['clusteringMetrics', (options) => library.clusteringMetrics(rows, ids, options)],
  ['clusteringScores', (options) => library.clusteringScores(ids, ids, options)],
  ['createApproximateIndex', (options) => createApproximateIndex(options)],
  ['createIndex', (options) => library.createIndex(options)],
  ['foldAccuracy', (options) => library.foldAccuracy(pairs, options)],
  ['kMeans', (options) => library.kMeans(rows, 2, options)],
  [
    'knnClassify',
    (options) => library.knnClassify(rows, { embeddings: rows, labels: ids }, 1, options),
  ],
  ['knnConfusion', (options) => library.knnConfusion(rows, ids, options)],
  ['nearestNeighbors', (options) => library.nearestNeighbors(rows, rows, 1, options)],
  ['pairDistances', (options) => library.pairDistances(rows, ids, options)],
  [
    'pgvectorIndex',
    (options) => library.pgvectorIndex({ query: () => undefined } as never, options),
  ],
  ['pca', (options) => library.pca(rows, options)],
  ['precisionAt1', (options) => library.precisionAt1(rows, ids, options)],
  ['qdrantIndex', (options) => library.qdrantIndex(options)],
  ['recallAtK', (options) => library.recallAtK(rows, ids, [1], options)],
  ['retrievalMetrics', (options) => library.retrievalMetrics(rows, ids, options)],
  ['tsne', (options) => library.tsne(rows, options)],
  ['umap', (options) => library.umap(rows, options)],
  ['verificationMetrics', (options) => library.verificationMetrics(pairs, options)],
];

test.each(functions)(
  '%s refuses options it does not know, and what is no record',
  async (name, call) => {
    const run = async (options: unknown): Promise<unknown> => call(options as never);
    await expect(run({ metric: 'cosine' })).rejects.toThrow(`${name}: expected no options but `);
    await expect(run('cosine')).rejects.toThrow(`${name}: expected options to be a record, {`);
  },
);

test('precisionAt1 takes the options of retrievalMetrics that only ask for more', async () => {
  const options = {
    ks: [1, 2],
    confidence: { seed: 1 },
    singletonQueries: 'miss',
    distance: library.lpDistance({ normalize: false }),
  } as const;
  expect(await library.precisionAt1(rows, ids, options)).toBeCloseTo(2 / 3, 9);
  await expect(library.precisionAt1(rows, ids, { depth: 1 } as never)).rejects.toThrow('got depth');
});
