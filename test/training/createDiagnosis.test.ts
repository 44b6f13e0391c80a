import { train as optimizers } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import type { Diagnosis, FitOptions } from '../../src/index.ts';
import { randomTripletsSampler, TripletModel, tripletLoss } from '../../src/index.ts';
import { batchStatistics } from '../../src/training/loop/batchStatistics.ts';
import { expectClose } from '../support/expectClose.ts';
import { rings } from '../support/rings.ts';

const data = rings(120);

async function diagnose(
  scale: number,
  margin: number,
  rate: number,
  options: FitOptions = {},
): Promise<Diagnosis[]> {
  const model = new TripletModel(
    sequential({
      layers: [
        layers.dense({
          inputShape: [2],
          units: 4,
          useBias: false,
          kernelInitializer: initializers.randomUniform({
            minval: scale / 2,
            maxval: scale,
            seed: 1,
          }),
        }),
      ],
    }),
  );
  model.compile({ optimizer: optimizers.sgd(rate), loss: tripletLoss(margin) });
  const found: Diagnosis[] = [];
  await model.fit(data, {
    epochs: 8,
    batchSize: 16,
    sampler: randomTripletsSampler(),
    onDiagnosis: (diagnosis) => found.push(diagnosis),
    ...options,
  });
  return found;
}

describe('The diagnosis', () => {
  test('finds nothing in a run that goes well', async () => {
    expect(await diagnose(0.5, 1, 1e-3)).toEqual([]);
  });

  /** Each class is one point, ten apart from the next: nothing is left to learn at a small margin. */
  const points = { ...data, examples: data.examples.map((_, i) => 10 * (Math.floor(i / 2) % 3)) };
  const fitPoints = async (margin: number, rate: number): Promise<Diagnosis[]> => {
    const identity = layers.dense({ inputShape: [2], units: 2, kernelInitializer: 'identity' });
    const model = new TripletModel(sequential({ layers: [identity] }));
    model.compile({ optimizer: optimizers.sgd(rate), loss: tripletLoss(margin) });
    const found: Diagnosis[] = [];
    await model.fit(points, {
      epochs: 15,
      onDiagnosis: (diagnosis) => found.push(diagnosis),
    });
    return found;
  };

  test('tells a margin that is met at once', async () => {
    const found = await fitPoints(0.1, 0.01);
    expect(found.map(({ problem }) => problem)).toEqual(['margin met']);
    expect(found[0]?.seen).toMatch(
      /^Hardly a triplet has a loss: same classes are 0 apart, different ones \d/,
    );
    expect(found[0]?.advice).toMatch(/raise the margin/);
  });

  test('tells embeddings that explode', async () => {
    const found = await fitPoints(1e15, 5e-4);
    expect(found.map(({ problem }) => problem)).toEqual(['exploding']);
  });

  test('tells a collapse, and gradients that vanish with it', async () => {
    const model = new TripletModel(
      sequential({
        layers: [
          layers.dense({
            inputShape: [2],
            units: 3,
            kernelInitializer: 'zeros',
            biasInitializer: 'ones',
          }),
          layers.dense({ units: 3, kernelInitializer: 'identity' }),
        ],
      }),
    );
    model.compile({ optimizer: optimizers.sgd(1e-9), loss: tripletLoss(1) });
    const found: Diagnosis[] = [];
    await model.fit(data, {
      epochs: 12,
      clipNorm: 1,
      onDiagnosis: (diagnosis) => found.push(diagnosis),
    });
    expect(found.map(({ problem }) => problem)).toEqual(['collapse', 'vanishing']);
  });
});

test('batchStatistics measures what it says', () => {
  const batch = {
    indices: Int32Array.of(0, 1, 2),
    labels: Int32Array.of(0, 0, 1),
    triplets: undefined,
    weight: 3,
  };
  const told = batchStatistics([3, 4, 3, 4, 0, 0], 2, batch);
  expectClose(
    [told.embeddingNorm, told.spread, told.samePairDistance, told.differentPairDistance],
    [10 / 3, Math.sqrt(50 / 9), 0, 5],
  );
  const lonely = batchStatistics([1, 0], 2, { ...batch, labels: Int32Array.of(4) });
  expect(lonely.samePairDistance).toBeNaN();
  expect(lonely.spread).toBe(0);
});
