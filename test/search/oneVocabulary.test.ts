import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import type { Distance } from '../../src/distances/distance.ts';
import { distanceFromConfig } from '../../src/distances/distanceFromConfig.ts';
import { dotProductSimilarity } from '../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { snrDistance } from '../../src/distances/snrDistance.ts';
import { calibrateThreshold } from '../../src/evaluation/calibrateThreshold.ts';
import { confusionMatrix } from '../../src/evaluation/confusionMatrix.ts';
import { pairDistances } from '../../src/evaluation/pairDistances.ts';
import { precisionAt1 } from '../../src/evaluation/recallAtK.ts';
import { retrievalMetrics } from '../../src/evaluation/retrievalMetrics.ts';
import { tripletAccuracy } from '../../src/evaluation/tripletAccuracy.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { decodeBundle, encodeBundle } from '../../src/recognition/bundleFile.ts';
import { createRecognizer } from '../../src/recognition/createRecognizer.ts';
import { createIndex, restoreIndex } from '../../src/search/exact/createIndex.ts';
import { nearestNeighbors } from '../../src/search/exact/nearestNeighbors.ts';
import { decodeIndex, encodeIndex } from '../../src/search/indexFile.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

/** 40 embeddings of very different lengths, so that a distance of raw rows ranks otherwise. */
const random = createRandom(4);
const count = 40;
const dims = 3;
const labels = Array.from({ length: count }, (_, i) => i % 4);
const data = Float32Array.from({ length: count * dims }, (_, at) => {
  const row = Math.floor(at / dims);
  return (random.next() - 0.5 + (row % 4 === at % dims ? 1 : 0)) * (1 + 20 * (row % 5));
});
const rows = { data, shape: [count, dims] as const };

/** What `distance.matrix` says, as a search reports it. */
function matrixOf(distance: Distance): number[][] {
  const x = tensor2d(data, [count, dims]);
  const matrix = distance.matrix(x);
  const values = matrix.arraySync().map((row) => row.map((d) => (distance.inverted ? -d : d)));
  x.dispose();
  matrix.dispose();
  return values;
}

const own: Distance = { ...lpDistance({ p: 1 }), name: 'own' };
const distances: [string, Distance][] = [
  ['the default', lpDistance()],
  ['squared, raw', lpDistance({ normalize: false, power: 2 })],
  ['Manhattan', lpDistance({ p: 1 })],
  ['cosine', cosineSimilarity()],
  ['power of cosine', cosineSimilarity({ power: 3 })],
  ['products', dotProductSimilarity({ normalize: false })],
  ['noise', snrDistance()],
  [
    'one of the user',
    { name: own.name, inverted: false, matrix: own.matrix, rowwise: own.rowwise },
  ],
];

describe.each(distances)('%s is the same distance everywhere', (name, distance) => {
  const matrix = matrixOf(distance);
  const shift = distance.search?.metric === 'cosine' ? 1 : 0;

  test('searches, pairs and triplets report what its matrix says', async () => {
    const given = name === 'the default' ? {} : { distance };
    const found = await expectNoLeak(() => nearestNeighbors(rows, rows, count, given));
    for (let q = 0; q < count; q++) {
      for (let rank = 0; rank < count; rank++) {
        const r = found.indices[q * count + rank] as number;
        const expected = (matrix[q]?.[r] as number) + shift;
        expect(Math.abs((found.distances[q * count + rank] as number) - expected)).toBeLessThan(
          1e-4 * (1 + Math.abs(expected)),
        );
      }
    }
    const pairs = await pairDistances(rows, labels, given);
    expect(pairs.distances[0]).toBeCloseTo((matrix[0]?.[1] as number) + shift, 2);
    const triplets = {
      anchor: Int32Array.of(0, 5),
      positive: Int32Array.of(4, 9),
      negative: Int32Array.of(1, 2),
    };
    const { max, min } = await tripletAccuracy(rows, triplets, undefined, given);
    const violations = [
      (matrix[0]?.[4] as number) - (matrix[0]?.[1] as number),
      (matrix[5]?.[9] as number) - (matrix[5]?.[2] as number),
    ];
    expect([min, max]).toEqual(
      violations.sort((a, b) => a - b).map((v) => expect.closeTo(v, Math.abs(v) > 100 ? 0 : 2)),
    );
  });

  test('metrics, with a full ranking or a short one, and indexes agree', async () => {
    const full = await retrievalMetrics(rows, labels, { distance, depth: 30 });
    const short = await retrievalMetrics(rows, labels, { distance, depth: 5 });
    expect(short.precisionAt1).toBe(full.precisionAt1);
    expect(await precisionAt1(rows, labels, { distance })).toBe(full.precisionAt1);
    expect(short.recallAtK[5]).toBe(full.recallAtK[5]);
    const index = createIndex({ dims, distance });
    await index.add(
      rows,
      labels.map((label, i) => ({ id: `${i}`, label })),
    );
    const hits = await index.search(rows, 2);
    const found = await nearestNeighbors(rows, rows, 2, { distance });
    expect(hits.flat().map(({ id }) => Number(id))).toEqual(Array.from(found.indices));
    if (distance.config) {
      const again = restoreIndex(await decodeIndex(await encodeIndex(index.state())));
      expect(await again.search(rows, 2)).toEqual(hits);
      again.dispose();
      expect(distanceFromConfig(distance.config).config).toEqual(distance.config);
    }
    index.dispose();
  });
});

test('Files of early versions, which held a name, are read right', () => {
  const state = restoreIndex({
    dims: 1,
    distance: 'euclidean' as never,
    items: [],
    vectors: new Float32Array(0),
  });
  expect(state.distance.config).toEqual(lpDistance({ normalize: false }).config);
});

describe('Metrics', () => {
  test('leave out what is ignored: neither a hit nor a miss', async () => {
    const line = { data: Float32Array.of(0, 1, 2, 3), shape: [4, 1] as const };
    const distance = lpDistance({ normalize: false });
    const ignore = (q: number, r: number): boolean => q === 0 && r === 1;
    expect(await precisionAt1(line, [0, 1, 0, 1], { distance })).toBe(0);
    const { mrr, queries } = await retrievalMetrics(line, [0, 1, 0, 1], { distance, ignore });
    expect(queries).toBe(4);
    expect(mrr).toBeCloseTo((1 + 1 / 3 + 1 / 3 + 1 / 2) / 4, 9);
  });

  test('count 20,000 classes in memory that grows with the cells', () => {
    const ids = Int32Array.from({ length: 20_000 }, (_, i) => i);
    const {
      cells,
      accuracy,
      labels: all,
    } = confusionMatrix(
      ids,
      ids.map((i) => i ^ 1),
    );
    expect([cells.length, accuracy, all.length]).toEqual([20_000, 0, 20_000]);
  });

  test('calibrate between adjacent numbers, and to no match where that is best', () => {
    const next = 1 + Number.EPSILON;
    const { threshold } = calibrateThreshold({ distances: [1, next], same: [1, 0] }, 'accuracy');
    expect(threshold).toBe(1);
    const none = calibrateThreshold({ distances: [1, 2, 3], same: [0, 0, 1] }, 'accuracy');
    expect(none).toMatchObject({ threshold: -Infinity, accuracy: 2 / 3, precision: 0, far: 0 });
  });
});

describe('An asynchronous extractor', () => {
  const vectors: Record<string, number[]> = { red: [1, 0], rose: [0.9, 0.1], blue: [0, 1] };
  const extractor = {
    id: 'colors 1',
    dims: 2,
    embed: async (texts: string[]) => texts.map((text) => vectors[text] ?? [1, 1]),
  };

  test('enrolls and recognizes inputs of any type, and is sure of a perfect single match', async () => {
    const recognizer = createRecognizer({
      model: extractor,
      index: createIndex({ model: extractor }),
      threshold: 0.5,
    });
    await recognizer.enroll('warm', ['red']);
    await recognizer.enrol('cold', ['blue']);
    const [found] = await recognizer.recognize(['red']);
    expect(found).toMatchObject({ label: 'warm', confidence: 1, distance: 0, votes: 1 });
    expect((await recognizer.recognize(['rose']))[0]?.label).toBe('warm');
  });

  test('is named in a bundle, which refuses another one', async () => {
    const index = createIndex({ model: extractor });
    await index.add({ data: Float32Array.of(1, 0), shape: [1, 2] }, [{ id: 'a', label: 'warm' }]);
    const bytes = await encodeBundle({ extractor, index: index.state(), threshold: 0.5 });
    const bundle = await decodeBundle(bytes, { extractor });
    expect(bundle.model).toBe(extractor);
    await expect(decodeBundle(bytes)).rejects.toThrow(
      'expected the extractor "colors 1" of 2 dims',
    );
    await expect(
      decodeBundle(bytes, { extractor: { ...extractor, id: 'colors 2' } }),
    ).rejects.toThrow('got the extractor "colors 2" of 2 dims');
  });
});
