import {
  add,
  concat,
  dispose,
  mul,
  train as optimizers,
  type Scalar,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  arcFaceLoss,
  type CheckpointStore,
  createMomentumEncoder,
  crossBatchMemory,
  type FitOptions,
  type Loss,
  lpDistance,
  ntXentLoss,
  pairMarginMiner,
  type Random,
  simClrLoss,
  supConLoss,
  TripletModel,
  tripletLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { everything } from '../support/everything.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { weightsOf } from '../support/weightsOf.ts';
import { zoo } from '../support/zoo.ts';

const data = clusters(24);
const held = clusters(12, 3, 2);
const noise = (x: Tensor, random: Random): Tensor =>
  tidy(() => {
    const values = Float32Array.from({ length: x.size }, () => 0.3 * random.next());
    return add(x, tensor(values, x.shape));
  });
const options = {
  views: 2 as const,
  augment: noise,
  batchSize: 8,
  momentumEncoder: { momentum: 0.9 },
};
const moco = (): Loss => crossBatchMemory(ntXentLoss({ temperature: 0.2 }), { size: 16 });

function compiled(base: LayersModel, loss: Loss): TripletModel {
  const model = new TripletModel(base);
  model.compile({ optimizer: optimizers.adam(0.02), loss });
  return model;
}

const plain = (): LayersModel =>
  sequential({
    layers: [layers.dense({ inputShape: [4], units: 3, kernelInitializer: glorot(1) })],
  });

describe('fit with a momentum encoder', () => {
  test('is MoCo: keys of a slow copy in a memory, queries of the network', async () => {
    const turned = (x: Tensor): Tensor => mul(x, 1.5);
    const base = plain();
    const encoder = await createMomentumEncoder(base, { momentum: 0.9 });
    const loss = crossBatchMemory(ntXentLoss({ temperature: 0.2 }), { size: 16 });
    const optimizer = optimizers.sgd(0.1);
    const expected: number[] = [];
    const model = compiled(plain(), moco());
    model.compile({ optimizer: optimizers.sgd(0.1), loss: moco() });
    const sampler = {
      kind: 'batches' as const,
      name: 'noted',
      sample: () => [0, 8, 16].map((from) => Int32Array.from({ length: 8 }, (_, i) => from + i)),
    };
    const { stepLoss } = await model.fit(data, { ...options, augment: turned, sampler });
    for (const rows of sampler.sample()) {
      const values = Float32Array.from(
        [...rows].flatMap((row) => [...data.examples.subarray(4 * row, 4 * row + 4)]),
      );
      const x = tensor2d(values, [8, 4]);
      const view = mul<Tensor2D>(x, 1.5);
      const labels = [...rows].map((row) => data.labels[row] as number);
      const keys = encoder.embed(view);
      const value = optimizer.minimize(
        () =>
          loss.computeMasked(
            concat([base.apply(view, { training: true }) as Tensor2D, keys], 0),
            [...labels, ...labels],
            [...labels.map(() => false), ...labels.map(() => true)],
          ),
        true,
        base.trainableWeights.map((weight) => weight.read() as never),
      ) as Scalar;
      encoder.update();
      expected.push(value.dataSync()[0] as number);
      dispose([x, view, keys, value]);
    }
    expect(stepLoss).toEqual(expected.map((value) => expect.closeTo(value, 5)));
    const weights = base.getWeights().flatMap((weight) => [...weight.dataSync()]);
    expect(weightsOf(model)).toEqual(weights.map((value) => expect.closeTo(value, 5)));
    encoder.dispose();
  });

  const losses: readonly (readonly [string, () => Loss])[] = [
    ['crossBatchMemory', moco],
    ['simClrLoss', () => simClrLoss()],
    ['supConLoss', () => supConLoss()],
    ['ntXentLoss', () => ntXentLoss()],
  ];

  test.each(losses)('learns by %s, and leaves nothing behind', async (_, make) => {
    const model = compiled(plain(), make());
    await model.fit(data, options);
    await expectNoLeak(() => model.fit(data, { ...options, validation: held, epochs: 2 }));
    expect((await model.fit(data, { ...options, epochs: 3 })).loss.every(Number.isFinite)).toBe(
      true,
    );
  });

  test.each(zoo)('goes with %s: held-out data never teach', async (_, make) => {
    const run = async (validation?: typeof held): Promise<unknown> => {
      const loss = moco();
      const model = compiled(make(), loss);
      const more = validation === undefined ? {} : { validation };
      const { stepLoss } = await model.fit(data, { ...options, ...more });
      return { stepLoss, ...(await everything(model, loss)) };
    };
    expect(await run(held)).toEqual(await run());
  });

  test('has the gradients of the whole batch in sub-batches too', async () => {
    const losses = async (more: FitOptions): Promise<readonly number[]> =>
      (
        await compiled(plain(), moco()).fit(data, {
          ...options,
          augment: (x) => mul(x, 2),
          ...more,
        })
      ).stepLoss;
    const parts = await losses({ subBatchSize: 3 });
    expect(parts).toEqual((await losses({})).map((value) => expect.closeTo(value, 4)));
  });

  test('resumes with the same bits', async () => {
    const kept = new Map<number, Uint8Array>();
    const store: CheckpointStore = {
      write: async (number, bytes) => void kept.set(number, bytes.slice()),
      list: async () => [...kept.keys()],
      read: async (number) => kept.get(number) as Uint8Array,
      remove: async (number) => void kept.delete(number),
    };
    const whole = compiled(plain(), moco());
    const expected = await whole.fit(data, { ...options, epochs: 3 });
    const controller = new AbortController();
    await compiled(plain(), moco()).fit(data, {
      ...options,
      epochs: 3,
      checkpoint: { store },
      signal: controller.signal,
      onStep: ({ epoch, step }) => epoch === 2 && step === 2 && controller.abort(),
    });
    const resumed = compiled(plain(), moco());
    const checkpoint = { store, resume: true };
    expect(await resumed.fit(data, { ...options, epochs: 3, checkpoint })).toEqual(expected);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    await expect(
      compiled(plain(), moco()).fit(data, {
        ...options,
        momentumEncoder: { momentum: 0.5 },
        checkpoint,
      }),
    ).rejects.toThrow('the same momentum of the encoder');
  });

  test.each<[string, () => Loss, object, string]>([
    ['one view', moco, { views: 1, augment: undefined }, 'views: 2 for momentumEncoder'],
    ['a momentum of 2', moco, { momentumEncoder: { momentum: 2 } }, 'momentum'],
    ['a rate', moco, { momentumEncoder: 0.99 }, 'momentumEncoder'],
    ['a miner beside a memory', moco, { miner: pairMarginMiner() }, 'no miner beside a memory'],
    [
      'a loss over classes',
      () => arcFaceLoss({ classes: 3, dims: 3 }),
      {},
      'a loss that accepts a reference set for momentumEncoder, got arcFaceLoss',
    ],
    ['tripletLoss', () => tripletLoss(1) as never, {}, 'a batch loss for views: 2'],
  ])('refuses %s, and leaves nothing behind', async (_, make, more, message) => {
    const model = compiled(plain(), make());
    const refused = (): Promise<void> =>
      expect(model.fit(data, { ...options, ...more } as FitOptions)).rejects.toThrow(message);
    await refused();
    await expectNoLeak(refused);
  });

  test('measures with the distance of the loss', () => {
    const distance = lpDistance({ power: 2 });
    const loss = crossBatchMemory(ntXentLoss({ distance }));
    expect(compiled(plain(), loss).distance).toBe(distance);
  });
});
