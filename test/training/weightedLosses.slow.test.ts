import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { train as optimizers } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  arcFaceLoss,
  batchHardMiner,
  contrastiveLoss,
  crossBatchMemory,
  type Loss,
  mPerClassSampler,
  multipleLosses,
  proxyAnchorLoss,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { checkpointFolder } from '../../src/node.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';
import { weightsOf } from '../support/weightsOf.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'losses-'));
});
afterAll(() => rm(folder, { recursive: true }));

const data = rings(120);
const held = rings(60, 3, 2);
const online = { sampler: mPerClassSampler({ m: 8 }), batchSize: 24 };

const build = (loss: Parameters<TripletModel['compile']>[0]['loss']): TripletModel => {
  const model = new TripletModel(
    sequential({
      layers: [
        layers.dense({
          inputShape: [2],
          units: 24,
          activation: 'relu',
          kernelInitializer: glorot(1),
        }),
        layers.dense({ units: 4, kernelInitializer: glorot(2) }),
      ],
    }),
  );
  model.compile({ optimizer: optimizers.adam(0.02), loss });
  return model;
};

const proxies = () => proxyAnchorLoss({ classes: 3, dims: 4, seed: 1 });
const memory = () => crossBatchMemory(contrastiveLoss(), { size: 48 });

describe('TripletModel.fit', () => {
  test.each<[string, () => Loss]>([
    ['tripletMarginLoss', () => tripletMarginLoss({ margin: 0.2 })],
    ['contrastiveLoss', () => contrastiveLoss()],
    ['arcFaceLoss, with weights', () => arcFaceLoss({ classes: 3, dims: 4, scale: 8 })],
    ['proxyAnchorLoss, with weights', proxies],
    ['crossBatchMemory', memory],
    [
      'two losses, weighted',
      () =>
        multipleLosses([
          { loss: tripletMarginLoss(), coefficient: 1 },
          { loss: contrastiveLoss(), coefficient: 0.5 },
        ]),
    ],
  ])('learns with %s on batches', async (_, make) => {
    const model = build(make());
    const { triplets: before } = await build(tripletLoss(1)).evaluate(held);
    await model.fit(data, { ...online, epochs: 40 });
    const judge = new TripletModel(model.base);
    judge.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
    const { triplets: after } = await judge.evaluate(held);
    expect(after.accuracy).toBeGreaterThan(Math.max(0.85, before.accuracy + 0.05));
  });

  test('learns with tripletLoss on mined triplets, and tripletMarginLoss on ready ones', async () => {
    const mined = await build(tripletLoss(1)).fit(data, {
      ...online,
      miner: batchHardMiner(),
      epochs: 10,
    });
    expect(mined.loss.at(-1)).toBeLessThan(mined.loss[0] as number);
    const ready = await build(tripletMarginLoss({ margin: 0.3 })).fit(data, {
      epochs: 10,
      validation: held,
    });
    expect(ready.loss.at(-1)).toBeLessThan(ready.loss[0] as number);
    expect(ready.valLoss).toHaveLength(10);
  });
});

describe('A loss that remembers', () => {
  test.each([
    ['proxies', proxies],
    ['a memory', memory],
  ])('%s is part of checkpoints: a resumed run ends with the same weights', async (name, make) => {
    const options = { ...online, epochs: 3 };
    const whole = build(make());
    const expected = await whole.fit(data, options);

    const store = checkpointFolder(join(folder, name));
    const controller = new AbortController();
    let steps = 0;
    await build(make()).fit(data, {
      ...options,
      checkpoint: { store },
      signal: controller.signal,
      onStep: () => ++steps === 7 && controller.abort(),
    });
    const resumed = build(make());
    const history = await resumed.fit(data, { ...options, checkpoint: { store, resume: true } });
    expect(history).toEqual(expected);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  test('goes with the saved model', async () => {
    const loss = proxies();
    const model = build(loss);
    model.base.setUserDefinedMetadata({ mine: 1 });
    await model.fit(data, online);
    await model.save(`file://${folder}/saved`);
    expect(model.base.getUserDefinedMetadata()).toEqual({ mine: 1 });

    const loaded = await TripletModel.load(`file://${folder}/saved`);
    const again = proxies();
    again.restore(loaded.lossState as NonNullable<typeof loaded.lossState>);
    expect(await again.state()).toEqual(await loss.state());
  });
});
