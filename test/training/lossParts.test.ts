import { tensor2d } from '@tensorflow/tfjs-core';
import { layers, regularizers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  contrastiveLoss,
  type Loss,
  lpDistance,
  lpRegularizer,
  meanReducer,
  mPerClassSampler,
  multipleLosses,
  normalizedSoftmaxLoss,
  type StepEvent,
  TripletModel,
  tripletMarginLoss,
  tripletMarginMiner,
} from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const labels = Array.from({ length: 24 }, (_, i) => i % 4);
const examples = Float32Array.from({ length: 48 }, (_, i) => Math.sin(3 * i));

async function firstStep(loss: Loss, options: object = {}, penalty = false): Promise<StepEvent> {
  const base = sequential({
    layers: [
      layers.dense({
        inputShape: [2],
        units: 2,
        kernelInitializer: 'identity',
        ...(penalty && { kernelRegularizer: regularizers.l2({ l2: 0.5 }) }),
      }),
    ],
  });
  const model = new TripletModel(base);
  model.compile({ optimizer: 'sgd', loss });
  const sampler = mPerClassSampler({ m: 6 });
  for await (const event of model.train(
    { examples, labels },
    { sampler, batchSize: 24, ...options },
  )) {
    if (event.kind === 'step') return event;
  }
  throw new Error('no step');
}

const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0);

describe('A step tells the parts of its loss', () => {
  test('under the names that the loss gives them, and with what they add to it', async () => {
    const { loss, parts } = await firstStep(contrastiveLoss({ regularizer: lpRegularizer() }));
    expect(Object.keys(parts)).toEqual(['positive', 'negative', 'regularizer']);
    expect(sumOf(parts)).toBeCloseTo(loss, 5);
  });

  test('of several losses with their weights, by place', async () => {
    const { loss, parts } = await firstStep(
      multipleLosses([
        { loss: tripletMarginLoss(), coefficient: 0.5 },
        { loss: normalizedSoftmaxLoss({ classes: 4, dims: 2 }), coefficient: 2 },
      ]),
    );
    expect(Object.keys(parts)).toEqual(['0.loss', '1.loss']);
    expect(sumOf(parts)).toBeCloseTo(loss, 5);
  });

  test("with the penalties of the network's own weights", async () => {
    const { loss, parts } = await firstStep(tripletMarginLoss(), {}, true);
    expect(parts['network']).toBeCloseTo(1, 5); // 0.5 times the squares of the identity
    expect(sumOf(parts)).toBeCloseTo(loss, 5);
  });

  test('also when the batch goes through the network in sub-batches', async () => {
    const whole = await firstStep(tripletMarginLoss(), {}, true);
    const parted = await firstStep(tripletMarginLoss(), { subBatchSize: 5 }, true);
    expect(parted.parts['loss']).toBeCloseTo(whole.parts['loss'] as number, 5);
    expect(parted.active).toBe(whole.active);
  });
});

describe('A step tells the share of active tuples', () => {
  const margin = 0.2;
  const distance = (i: number, j: number): number =>
    Math.hypot(
      (examples[2 * i] as number) - (examples[2 * j] as number),
      (examples[2 * i + 1] as number) - (examples[2 * j + 1] as number),
    );
  let [all, violated] = [0, 0];
  for (let a = 0; a < 24; a++) {
    for (let p = 0; p < 24; p++) {
      for (let n = 0; n < 24; n++) {
        if (a === p || labels[a] !== labels[p] || labels[a] === labels[n]) continue;
        all++;
        if (distance(a, p) - distance(a, n) + margin > 0) violated++;
      }
    }
  }
  // The default distance is between normalized embeddings; here it is between the points themselves.
  const plain = { normalize: false };

  test.each([
    ['avgNonZero', {}],
    ['mean', { reducer: meanReducer() }],
  ])('of all triplets of a batch, whatever the reducer (%s)', async (_, reducing) => {
    const loss = tripletMarginLoss({ margin, distance: lpDistance(plain), ...reducing });
    const { active } = await firstStep(loss);
    expect(active).toBeCloseTo(violated / all, 2);
  });

  test('of mined triplets', async () => {
    const miner = tripletMarginMiner({ margin: 2 * margin, distance: lpDistance(plain) });
    const { active } = await firstStep(tripletMarginLoss({ margin, distance: lpDistance(plain) }), {
      miner,
    });
    expect(active).toBeGreaterThan(violated / all);
    expect(active).toBeLessThan(1);
  });

  test('and none for losses that have no tuples', async () => {
    const { active, parts } = await firstStep(normalizedSoftmaxLoss({ classes: 4, dims: 2 }));
    expect(active).toBeUndefined();
    expect(Object.keys(parts)).toEqual(['loss']);
  });
});

test('An observer leaves nothing behind', async () => {
  const embeddings = tensor2d(examples, [24, 2]);
  const names: string[] = [];
  await expectNoLeak(() => {
    const loss = tripletMarginLoss().compute(embeddings, labels, {
      observe: (name) => {
        names.push(name);
      },
    });
    loss.dispose();
  });
  expect(new Set(names)).toEqual(new Set(['loss']));
  embeddings.dispose();
});
