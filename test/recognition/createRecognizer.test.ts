import { tensor2d, zeros } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { calibrateThreshold } from '../../src/evaluation/calibrateThreshold.ts';
import { pairDistances } from '../../src/evaluation/pairDistances.ts';
import { createEmbedder, type NetworkEmbedder } from '../../src/networks/createEmbedder.ts';
import { declareNames } from '../../src/networks/networkNames.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { decodeBundle, encodeBundle } from '../../src/recognition/bundleFile.ts';
import { createRecognizer, type Recognizer } from '../../src/recognition/createRecognizer.ts';
import { createIndex, restoreIndex } from '../../src/search/exact/createIndex.ts';
import type { VectorIndex } from '../../src/search/vectorIndex.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

/** A network that passes its three numbers on. */
function identity(): NetworkEmbedder {
  const network = sequential({ layers: [layers.dense({ units: 3, inputShape: [3] })] });
  const eye = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  network.setWeights([tensor2d(eye, [3, 3]), zeros([3])]);
  return createEmbedder(network, { std: 2 });
}

const examples = (...rows: number[][]): Float32Array => Float32Array.from(rows.flat());

/** Anna is at (1, 0, 0) after the division by 2, Ben at (0, 1, 0); the number 7 at (0, 0, 3). */
async function people(): Promise<{ recognizer: Recognizer; index: VectorIndex }> {
  const index = createIndex({ dims: 3, distance: measures.euclidean });
  const recognizer = createRecognizer({
    model: identity(),
    index,
    threshold: 0.5,
    names: { anna: 'Anna', 7: 'Seven' },
  });
  await recognizer.enrol('anna', examples([2, 0, 0], [2.2, 0, 0], [1.8, 0, 0]));
  await recognizer.enrol('ben', examples([0, 2, 0]), { room: 3 });
  await recognizer.enrol(7, examples([0, 0, 6]));
  return { recognizer, index };
}

describe('createRecognizer', () => {
  test('knows a class by the examples it was given, and says how sure it is', async () => {
    const { recognizer } = await people();
    const found = await recognizer.recognize(examples([2.1, 0, 0], [0, 2, 0.2], [0, 0, 6.4]));
    expect(found).toEqual([
      { label: 'anna', name: 'Anna', votes: 3, confidence: 1, distance: near(0.05) },
      { label: 'ben', name: 'ben', votes: 1, confidence: 1, distance: near(0.1) },
      { label: 7, name: 'Seven', votes: 1, confidence: 1, distance: near(0.2) },
    ]);
  });

  test('names class ids as the model does, where it was trained with names', async () => {
    const trained = identity();
    declareNames(trained.network, ['apple', 'pear']);
    const model = createEmbedder(trained.network, { std: 2 });
    const index = createIndex({ dims: 3, distance: measures.euclidean });
    const recognizer = createRecognizer({ model, index, threshold: 0.5 });
    await recognizer.enrol(1, examples([2, 0, 0]));
    await recognizer.enrol(9, examples([0, 2, 0]));
    await recognizer.enrol('plum', examples([0, 0, 2]));
    const found = await recognizer.recognize(examples([2, 0, 0], [0, 2, 0], [0, 0, 2]));
    expect(found.map(({ label, name }) => `${label} ${name}`)).toEqual([
      '1 pear',
      '9 9',
      'plum plum',
    ]);
    const own = createRecognizer({ model, index, threshold: 0.5, names: { 1: 'Birne' } });
    expect((await own.recognize(examples([2, 0, 0])))[0]?.name).toBe('Birne');
  });

  test('says null of what is like nothing it knows', async () => {
    const { recognizer } = await people();
    const [stranger] = await recognizer.recognize(examples([9, 9, 9]), { k: 1 });
    expect(stranger).toEqual({
      label: null,
      name: null,
      votes: 0,
      confidence: 0,
      distance: Number.POSITIVE_INFINITY,
    });
  });

  test('forgets a class, and knows it again once it is enrolled again', async () => {
    const { recognizer, index } = await people();
    const photo = examples([2, 0, 0]);
    expect(await recognizer.forget('anna')).toBe(3);
    expect(await recognizer.forget('anna')).toBe(0);
    expect((await recognizer.recognize(photo))[0]?.label).toBeNull();
    await recognizer.enrol('anna', photo);
    expect((await recognizer.recognize(photo))[0]?.label).toBe('anna');
    expect(await index.count()).toBe(3);
  });

  test('keeps the same example of a class once, and tells labels of number and text apart', async () => {
    const { recognizer, index } = await people();
    const ids = await recognizer.enrol('anna', examples([2, 0, 0], [4, 0, 0], [2, 0, 0]));
    expect(new Set(ids).size).toBe(2);
    expect(await index.count({ label: 'anna' })).toBe(4);
    await recognizer.enrol('7', examples([0, 0, 6]));
    expect(await index.count({ label: 7 })).toBe(1);
    expect(await index.count()).toBe(7);
  });

  test('searches among those that a filter picks', async () => {
    const { recognizer } = await people();
    const filter = { metadata: { room: 3 } };
    const found = await recognizer.recognize(examples([2, 0, 0], [0, 2, 0]), { filter });
    expect(found.map(({ label }) => label)).toEqual([null, 'ben']);
  });

  test('tells whether two examples match, of known classes or not', async () => {
    const { recognizer } = await people();
    const a = examples([0, 0, -8], [0, 0, 0]);
    const b = examples([0, 0, -7.5], [0, 0, 3]);
    expect(await recognizer.isMatch(a, b)).toEqual([
      { match: true, distance: near(0.25) },
      { match: false, distance: near(1.5) },
    ]);
  });

  test('tells known classes and strangers by a threshold that was calibrated on pairs', async () => {
    const random = createRandom(3);
    const draw = (count: number): { labels: Int32Array; rows: Float32Array } => {
      const labels = Int32Array.from({ length: count }, (_, i) => i % 8);
      const rows = Float32Array.from({ length: 3 * count }, (_, at) => {
        const label = labels[Math.floor(at / 3)] as number;
        return 2 * ((label >> (at % 3)) & 1) + 0.35 * (random.next() + random.next() - 1);
      });
      return { labels, rows };
    };
    const model = identity();
    const [training, held] = [draw(80), draw(160)];
    const embeddings = model.embed(training.rows);
    const pairs = await pairDistances(embeddings, training.labels, {
      distance: measures.euclidean,
    });
    embeddings.dispose();
    const { threshold } = calibrateThreshold(pairs, { precision: 1 });

    const index = createIndex({ dims: 3, distance: measures.euclidean });
    const recognizer = createRecognizer({ model, index, threshold });
    for (let label = 0; label < 4; label++) {
      const own = training.rows.filter((_, at) => training.labels[Math.floor(at / 3)] === label);
      await recognizer.enrol(label, own);
    }
    const found = await recognizer.recognize(held.rows);
    const right = found.filter(({ label }, i) => {
      const actual = held.labels[i] as number;
      return label === (actual < 4 ? actual : null);
    });
    expect(right.length / found.length).toBeGreaterThan(0.95);
  });

  test('leaves nothing behind but the network, once the index is disposed', async () => {
    const { recognizer, index } = await people();
    await expectNoLeak(async () => {
      await recognizer.recognize(examples([2, 0, 0]));
      await recognizer.enrol('carl', examples([5, 5, 5]));
      await recognizer.isMatch(examples([1, 1, 1]), examples([1, 2, 1]));
      await expect(recognizer.enrol('dora', examples([Number.NaN, 0, 0]))).rejects.toThrow('NaN');
      await recognizer.recognize(examples([2, 0, 0]));
      index.dispose();
    });
  });

  test.each([
    [
      'another width of the index',
      () => createRecognizer({ model: identity(), index: createIndex({ dims: 2 }), threshold: 1 }),
      "createRecognizer: expected an index of the model's width (3), got 2 dims.",
    ],
    [
      'a threshold that is none',
      () =>
        createRecognizer({
          model: identity(),
          index: createIndex({ dims: 3 }),
          threshold: Number.NaN,
        }),
      'createRecognizer: expected threshold to be a number, got threshold: NaN.',
    ],
  ])('rejects %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('rejects examples that do not fit', async () => {
    const { recognizer } = await people();
    await expect(recognizer.enrol('eve', examples([1, 2]))).rejects.toThrow(
      'embed: expected whole examples of shape [3], 3 values each, got 2 values.',
    );
    await expect(recognizer.isMatch(examples([1, 2, 3]), examples([1, 2, 3], [1, 2, 3])))
      .rejects // 1 and 2
      .toThrow('recognizer.isMatch: expected equally many examples in a and b, got 1 and 2.');
    await expect(recognizer.recognize(examples([1, 2, 3]), { k: 0 })).rejects.toThrow(
      'recognizer.recognize: expected k to be a whole number >= 1, got k: 0.',
    );
  });
});

describe('createEmbedder', () => {
  test('lets the network see (value - mean) / std of each channel, and brings embeddings to unit length', async () => {
    const { network } = identity();
    const embedder = createEmbedder(network, { mean: [1, 0, 2], std: [1, 2, 4], unitLength: true });
    const embeddings = expectNoTensorLeft(embedder, examples([4, 8, 2], [1, 0, 2]));
    expect(Array.from(await embeddings.data())).toEqual([near(0.6), near(0.8), 0, 0, 0, 0]);
    embeddings.dispose();
  });

  test('is the network alone without options', async () => {
    const { network } = identity();
    const embeddings = createEmbedder(network).embed(examples([4, 8, 2]));
    expect(Array.from(await embeddings.data())).toEqual([4, 8, 2]);
    embeddings.dispose();
  });

  test('keeps the first dims of a Matryoshka embedding, in index, recognizer and bundle alike', async () => {
    const { network } = identity();
    const embedder = createEmbedder(network, { dims: 2, unitLength: true });
    expect(embedder.dims).toBe(2);
    const embeddings = expectNoTensorLeft(embedder, examples([3, 4, 9]));
    expect(embeddings.arraySync()).toEqual([[near(0.6), near(0.8)]]);
    embeddings.dispose();

    const index = createIndex({ model: embedder });
    const recognizer = createRecognizer({ model: embedder, index, threshold: 0.1 });
    await recognizer.enroll('far', examples([3, 4, 900]));
    const normalization = { dims: 2, unitLength: true };
    const parts = { network, normalization, threshold: 0.1 };
    const bundle = await decodeBundle(await encodeBundle({ ...parts, index: index.state() }));
    expect([bundle.model.dims, bundle.model.normalization.dims]).toEqual([2, 2]);
    const again = createRecognizer({ ...bundle, index: restoreIndex(bundle.index) });
    expect((await again.recognize(examples([3, 4, -9])))[0]?.label).toBe('far');
    bundle.model.network.dispose();

    expect(() => createEmbedder(network, { dims: 4 })).toThrow(
      'createEmbedder: expected dims to be at most the width of the embeddings (3), got dims: 4.',
    );
    expect(createEmbedder(network, { dims: 3 }).normalization).not.toHaveProperty('dims');
  });

  test.each([
    [
      { mean: [1, 2] },
      'mean to be a number, or one for each of 3 channels, finite, got mean: [1,2]',
    ],
    [{ std: 0 }, 'std to be a number, or one for each of 3 channels, finite and > 0, got std: 0'],
    [{ std: [1, 1, -1] }, 'finite and > 0, got std: [1,1,-1]'],
  ])('rejects %o', (normalization, message) => {
    const { network } = identity();
    expect(() => createEmbedder(network, normalization)).toThrow(message);
  });
});

function expectNoTensorLeft(embedder: NetworkEmbedder, rows: Float32Array) {
  expectNoLeak(() => embedder.embed(rows).dispose());
  return embedder.embed(rows);
}

function near(value: number): number {
  return expect.closeTo(value, 5) as number;
}
