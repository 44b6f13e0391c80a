import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  createEmbedder,
  createIndex,
  decodeBundle,
  embedDataset,
  encodeBundle,
  report,
  TripletModel,
  tripletLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { glorot } from '../support/glorot.ts';

const { labels } = clusters(24);
/** Bytes around 200: without their normalization the network sees other numbers altogether. */
const bytes = Uint8Array.from(
  { length: 96 },
  (_, i) => 170 + 20 * (labels[i >> 2] as number) + ((i * 37) % 17),
);
const normalization = { scale: 1 / 255, mean: 0.7, std: 0.2 };

function net(): LayersModel {
  const dense = layers.dense({
    inputShape: [4],
    units: 3,
    activation: 'tanh',
    kernelInitializer: glorot(1),
  });
  return sequential({ layers: [dense] });
}

async function trained(): Promise<TripletModel> {
  const model = new TripletModel(net(), { normalization });
  model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
  await model.fit({ examples: bytes, labels });
  return model;
}

/** What the network gives for numbers that were normalized by hand. */
function byHand(model: TripletModel): number[][] {
  const numbers = Float32Array.from(bytes, (value) => (value / 255 - 0.7) / 0.2);
  const plain = net();
  plain.setWeights(model.base.getWeights());
  return createEmbedder(plain).embed(numbers).arraySync();
}

describe('What a model was trained with goes before its network everywhere', () => {
  test('in the model, an embedder of its base, a data set embedded part by part, and a bundle', async () => {
    const model = await trained();
    const expected = byHand(model);
    const index = createIndex({ dims: 3, distance: model.distance });
    const bundle = await decodeBundle(
      await encodeBundle({ network: model.base, index: index.state(), threshold: 1 }),
    );
    const lazy = {
      count: 24,
      shape: [4],
      labels,
      pick: (indices: Int32Array) =>
        Uint8Array.from([...indices].flatMap((i) => [...bytes.subarray(4 * i, 4 * i + 4)])),
    };
    const parts = await embedDataset(model, lazy);
    const all = [
      model.embed(bytes).arraySync(),
      createEmbedder(model.base).embed(bytes).arraySync(),
      bundle.model.embed(bytes).arraySync(),
      Array.from({ length: 24 }, (_, i) => [...parts.data.slice(3 * i, 3 * i + 3)]),
    ];
    for (const rows of all) {
      rows.forEach((row, i) => {
        row.forEach((value, k) => {
          expect(value).toBeCloseTo(expected[i]?.[k] as number, 5);
        });
      });
    }
    expect(bundle.model.normalization).toMatchObject(normalization);
  });

  test('in a report, of the model and of its base alike', async () => {
    const model = await trained();
    const page = await report(model, { examples: bytes, labels });
    expect(await report(model.base, { examples: bytes, labels })).toBe(page);
    const plain = net();
    plain.setWeights(model.base.getWeights());
    expect(await report(plain, { examples: bytes, labels })).not.toBe(page);
  });
});

describe('Another normalization is an error', () => {
  const other = { scale: 1 / 255 };
  const message = 'trained with';

  test.each<readonly [string, (model: TripletModel) => unknown]>([
    ['an embedder', (model) => createEmbedder(model.base, other)],
    ['a model', (model) => new TripletModel(model.base, { normalization: other })],
    [
      'a bundle',
      (model) =>
        encodeBundle({
          network: model.base,
          normalization: other,
          index: createIndex({ dims: 3 }).state(),
          threshold: 1,
        }),
    ],
  ])('for %s', async (_, use) => {
    const model = await trained();
    await expect((async () => use(model))()).rejects.toThrow(message);
  });
});
