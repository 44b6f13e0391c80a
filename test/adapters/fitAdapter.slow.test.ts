import { memory, tensor2d } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, test } from 'vitest';
import type { AdapterData, Click } from '../../src/adapters/adapterData.ts';
import { chanceOf } from '../../src/adapters/chance.ts';
import { createAdapter } from '../../src/adapters/createAdapter.ts';
import { evaluateAdapter } from '../../src/adapters/evaluateAdapter.ts';
import { type AdapterRun, fitAdapter } from '../../src/adapters/fitAdapter.ts';
import type { EmbeddingRows } from '../../src/data/embeddings.ts';
import { createEmbedder } from '../../src/networks/createEmbedder.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { dims, noisyFeatures } from './nuisance.ts';

const made: LayersModel[] = [];
function newAdapter(seed = 0): LayersModel {
  const adapter = createAdapter({ dims, rank: 6, seed });
  made.push(adapter);
  return adapter;
}
afterEach(() => {
  for (const adapter of made.splice(0)) adapter.dispose();
});

const quick = { steps: 40, every: 20, patience: 2 };
const train = noisyFeatures(20, 10);
const unseen = noisyFeatures(20, 10, { first: 100 });
const { labels, features } = train;

function weightsOf(adapter: LayersModel): number[] {
  return adapter.getWeights().flatMap((one) => [...one.dataSync()]);
}

/** Triplets, pairs or clicks of the labels, drawn at random. */
function draw(count: number): { anchor: number; positive: number; negative: number }[] {
  const random = createRandom(7);
  return Array.from({ length: count }, (_, i) => {
    const anchor = i % labels.length;
    const other = (same: boolean): number => {
      for (;;) {
        const found = random.integer(labels.length);
        if (found !== anchor && (labels[found] === labels[anchor]) === same) return found;
      }
    };
    return { anchor, positive: other(true), negative: other(false) };
  });
}

const knowledge: [form: string, measure: string, data: AdapterData][] = [
  ['labels', 'mapAtR', train],
  [
    'triplets',
    'tripletAccuracy',
    {
      features,
      triplets: draw(600).map(({ anchor, positive, negative }) => [anchor, positive, negative]),
    },
  ],
  [
    'clicks',
    'tripletAccuracy',
    {
      features,
      clicks: draw(200).map(
        ({ anchor, positive, negative }, i): Click =>
          i % 2 === 0
            ? { query: anchor, good: positive, bad: negative }
            : { query: anchor, good: [positive], bad: [negative, (negative + 1) % 200] },
      ),
    },
  ],
  [
    'pairs',
    'concordance',
    {
      features,
      pairs: draw(400).flatMap(({ anchor, positive, negative }) => [
        [anchor, positive, true] as const,
        [anchor, negative, false] as const,
      ]),
    },
  ],
  [
    'graded pairs',
    'concordance',
    {
      features,
      pairs: draw(400).flatMap(({ anchor, positive, negative }, i) => [
        [anchor, positive, 4 + (i % 2)] as const,
        [anchor, negative, i % 3] as const,
      ]),
    },
  ],
];

describe.each(knowledge)('fitAdapter learns from %s', (_, measure, data) => {
  test('what helps on classes that it never saw', async () => {
    const adapter = newAdapter();
    const run = await fitAdapter(adapter, data, quick);
    expect(run).toMatchObject({ kept: true, measure });
    expect(run.gain.after.value).toBeGreaterThan(run.gain.before.value);
    const { recommended, measures } = await evaluateAdapter(adapter, unseen);
    expect(recommended).toBe(true);
    expect(measures['mapAtR']?.gain.value).toBeGreaterThan(0.05);
  });
});

describe('fitAdapter', () => {
  test('leaves an adapter the identity, bit for bit, where there is nothing to learn', async () => {
    const random = createRandom(3);
    const shuffled = random.shuffle(Int32Array.from(labels));
    for (const seed of [0, 1, 2]) {
      const adapter = newAdapter(seed);
      const before = weightsOf(adapter);
      const run = await fitAdapter(adapter, { features, labels: shuffled }, { ...quick, seed });
      expect(run.kept).toBe(false);
      expect(weightsOf(adapter)).toEqual(before);
    }
  });

  test('never ends below the features by more than chance, also where they are good already', async () => {
    const good = noisyFeatures(12, 10, { loud: 0.1 });
    const others = noisyFeatures(12, 10, { loud: 0.1, first: 50 });
    for (const seed of [0, 1, 2]) {
      const adapter = newAdapter(seed);
      await fitAdapter(adapter, good, { ...quick, learningRate: 0.01, seed });
      const { measures } = await evaluateAdapter(adapter, others);
      expect(measures['mapAtR']?.gain.interval[1]).toBeGreaterThanOrEqual(0);
    }
  });

  test('gives the same weights and looks for the same seed', async () => {
    const fitted = async (seed: number): Promise<unknown> => {
      const adapter = newAdapter();
      const { looks } = await fitAdapter(adapter, train, { ...quick, seed });
      return [weightsOf(adapter), looks];
    };
    const first = await fitted(4);
    expect(await fitted(4)).toEqual(first);
    expect(await fitted(5)).not.toEqual(first);
  });

  test('keeps the names of the classes with the adapter, where the data have names', async () => {
    const short = { steps: 1, every: 1 };
    const named = newAdapter();
    await fitAdapter(named, { features, labels: Array.from(labels, (id) => `class ${id}`) }, short);
    const { names } = createEmbedder(named);
    expect(names).toHaveLength(20);
    expect(names).toContain('class 7');
    const byId = newAdapter();
    const list = Array.from({ length: 20 }, (_, id) => `class ${id}`);
    await fitAdapter(byId, { features, labels, names: list }, short);
    expect(createEmbedder(byId).names).toEqual(list);
    const nameless = newAdapter();
    await fitAdapter(nameless, { features, labels }, short);
    expect(createEmbedder(nameless).names).toBeUndefined();
  });

  test('decides by a validation set where one is given', async () => {
    const adapter = newAdapter();
    const validation = { features: unseen.features, labels: unseen.labels.map((l) => l % 2) };
    const run = await fitAdapter(adapter, train, { ...quick, validation });
    const { measures } = await evaluateAdapter(adapter, validation);
    expect(measures['mapAtR']?.after.value).toBeCloseTo(
      (run.kept ? run.gain.after : run.gain.before).value,
      6,
    );
  });

  test('tells each look, and ends when it is told to', async () => {
    const controller = new AbortController();
    const steps: number[] = [];
    const run: AdapterRun = await fitAdapter(newAdapter(), train, {
      ...quick,
      signal: controller.signal,
      onLook({ step, score, loss }) {
        steps.push(step);
        expect([score, loss].every(Number.isFinite)).toBe(true);
        controller.abort();
      },
    });
    expect(steps).toEqual([20]);
    expect(run.looks.map(({ step }) => step)).toEqual([20]);
  });

  test('takes features as a tensor, which stays the caller’s, and leaves nothing behind', async () => {
    const adapter = newAdapter();
    const given = tensor2d(features.data, [...features.shape]);
    const before = memory().numTensors;
    await fitAdapter(adapter, { features: given, labels }, quick);
    const thrown = fitAdapter(adapter, train, {
      ...quick,
      onLook() {
        throw new Error('enough');
      },
    });
    await expect(thrown).rejects.toThrow('enough');
    expect(memory().numTensors).toBe(before);
    given.dispose();
  });

  test('leaves the adapter as it was when an error ends training', async () => {
    const adapter = newAdapter();
    const before = weightsOf(adapter);
    const huge: EmbeddingRows = {
      data: features.data.map((x) => x * 1e30),
      shape: features.shape,
    };
    await fitAdapter(adapter, { features: huge, labels }, { ...quick, learningRate: 1e10 }).catch(
      () => {},
    );
    const thrown = fitAdapter(adapter, train, {
      ...quick,
      onLook() {
        throw new Error('enough');
      },
    });
    await expect(thrown).rejects.toThrow('enough');
    expect(weightsOf(adapter)).toEqual(before);
  });
});

describe('The closed form', () => {
  const shifted = ({ features: { data, shape }, labels: ids }: typeof train) => ({
    features: { data: data.map((value) => value + 3), shape },
    labels: ids,
  });
  const mild = { loud: 0.35 };

  test('moves features that all lie to one side, so that angles tell them apart', async () => {
    const adapter = newAdapter();
    const { kept, gain } = await fitAdapter(adapter, shifted(noisyFeatures(20, 10, mild)), quick);
    expect(kept).toBe(true);
    expect(gain.after.value).toBeGreaterThan(gain.before.value + 0.03);
    const others = shifted(noisyFeatures(20, 10, { ...mild, first: 100 }));
    expect((await evaluateAdapter(adapter, others)).recommended).toBe(true);
  });
});

describe('Whether a gain is chance', () => {
  const small = Float64Array.from({ length: 30 }, (_, i) => (i % 5 === 0 ? -0.01 : 0.02));
  const wild = Float64Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? -1 : 0.9));

  test('is told of small and sure gains also beside a candidate that goes up and down', () => {
    expect(chanceOf([small], createRandom(1))).toBeLessThan(0.01);
    expect(chanceOf([small, wild], createRandom(1))).toBeLessThan(0.01);
  });

  test('is certain where nothing is gained, and likely where gains go up and down', () => {
    expect(chanceOf([wild], createRandom(1))).toBe(1);
    expect(chanceOf([wild.map((gain) => gain + 0.1)], createRandom(1))).toBeGreaterThan(0.3);
  });

  test('is at most as often below a level as the level says, for candidates of any spread', () => {
    const random = createRandom(2);
    let told = 0;
    for (let round = 0; round < 200; round++) {
      const gains = [0.01, 0.1, 1].map((spread) =>
        Float64Array.from({ length: 20 }, () => spread * (random.next() - 0.5)),
      );
      if (chanceOf(gains, random.fork(`${round}`)) <= 0.05) told++;
    }
    expect(told / 200).toBeLessThan(0.09);
  });
});
