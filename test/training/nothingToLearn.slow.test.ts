import { tensor2d } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  arcFaceLoss,
  batchHardMiner,
  classBalancedSampler,
  contrastiveLoss,
  crossBatchMemory,
  type Diagnosis,
  type Loss,
  lpRegularizer,
  mPerClassSampler,
  pairMarginMiner,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { everyLoss } from '../support/everyLoss.ts';
import { everySampler } from '../support/everySampler.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { statefulLosses } from '../support/statefulLosses.ts';
import { weightsOf } from '../support/weightsOf.ts';
import { zoo } from '../support/zoo.ts';

const data = clusters(24);
const oneClass = { examples: data.examples, labels: new Int32Array(24).fill(2) };
const oneEach = { examples: data.examples, labels: data.labels.map((_, i) => i) };
const plain = zoo[0]?.[1] as () => LayersModel;

type AnyLoss = Parameters<TripletModel['compile']>[0]['loss'];

function compiled(loss: AnyLoss, base: LayersModel = plain()): TripletModel {
  const model = new TripletModel(base);
  model.compile({ optimizer: 'sgd', loss });
  return model;
}

const overLabels = [
  ...everyLoss
    .filter(({ make }) => make().accepts.labels !== 'none' && make().accepts.reference !== 'needed')
    .map(({ name, make }) => [name, make] as const),
  ...statefulLosses(3),
] as readonly (readonly [string, () => Loss])[];

describe('Examples of one class teach nothing, and fit says so before the first step', () => {
  test.each(overLabels)('%s', async (name, make) => {
    const model = compiled(make());
    const before = weightsOf(model);
    const run = model.fit(oneClass, { sampler: mPerClassSampler({ m: 4 }), batchSize: 4 });
    await expect(run).rejects.toThrow(
      `TripletModel.fit: expected examples of at least two classes for ${make().name}, got 24 examples of one class (2). With one class there is nothing to tell apart.`,
    );
    expect(weightsOf(model), name).toEqual(before);
  });

  test.each(everySampler(data.labels).map((sampler) => [sampler.name, sampler] as const))(
    'with %s',
    async (_, sampler) => {
      const run = compiled(tripletMarginLoss()).fit(oneClass, { sampler, batchSize: 12 });
      await expect(run).rejects.toThrow(/class/);
    },
  );

  test('tripletLoss, whose sampler or miner has no triplets', async () => {
    const model = compiled(tripletLoss(1));
    await expect(model.fit(oneClass)).rejects.toThrow('two classes');
    const mined = { sampler: mPerClassSampler({ m: 4 }), miner: batchHardMiner(), batchSize: 4 };
    await expect(model.fit(oneClass, mined)).rejects.toThrow('at least two classes for');
  });

  test('but losses over views need no classes', async () => {
    const views = everyLoss.filter(({ make }) => make().accepts.labels === 'none');
    for (const { make } of views) {
      const { stepLoss } = await compiled(make()).fit(oneClass, { views: 2, augment: (x) => x });
      expect(stepLoss.every(Number.isFinite)).toBe(true);
    }
    expect(views.length).toBeGreaterThan(3);
  });
});

const never = everyLoss.filter(
  ({ learnsFrom, make }) => learnsFrom === 'positives and negatives' && !('state' in make()),
);

describe('Batches in which a loss never has anything to compare end the run', () => {
  const namesOf = (list: typeof never) => list.map(({ name, make }) => [name, make] as const);

  test.each(namesOf(never))('%s: batches of one class', async (_, make) => {
    const model = compiled(make());
    const before = weightsOf(model);
    const run = model.fit(data, { sampler: mPerClassSampler({ m: 4 }), batchSize: 4, epochs: 9 });
    await expect(run).rejects.toThrow(
      `TripletModel.fit: expected batches with pairs or triplets for ${make().name}, got 30 batches of one class each: the loss was 0, and nothing was learned. Make batches of several classes`,
    );
    weightsOf(model).forEach((weight, i) => {
      expect(weight).toBeCloseTo(before[i] as number, 6);
    });
  });

  test.each(namesOf(never))('%s: a class for each example', async (_, make) => {
    const sampler = mPerClassSampler({ m: 1, length: 24 });
    const run = compiled(make()).fit(oneEach, { sampler, batchSize: 12, epochs: 2 });
    await expect(run).rejects.toThrow(
      `expected batches with pairs or triplets for ${make().name}, got 4 batches without two examples of one class: the loss was 0`,
    );
  });

  test.each([
    ['a miner of pairs', tripletMarginLoss(), pairMarginMiner()],
    ['a miner of triplets', tripletLoss(1), batchHardMiner()],
  ])('%s', async (_, loss: AnyLoss, miner) => {
    const options = { sampler: mPerClassSampler({ m: 4 }), batchSize: 4, miner };
    await expect(compiled(loss).fit(data, options)).rejects.toThrow('of one class each');
  });

  test('a stream of one class', async () => {
    const stream = (): unknown[] => [
      { examples: tensor2d(data.examples.slice(0, 16), [4, 4]), labels: [7, 7, 7, 7] },
    ];
    const model = compiled(tripletMarginLoss());
    await expectNoLeak(async () => {
      await expect(model.fit({ stream } as never)).rejects.toThrow('got 1 batch of one class each');
    });
  });

  test('also where penalties on embeddings or weights make the loss more than 0', async () => {
    const options = { sampler: mPerClassSampler({ m: 4 }), batchSize: 4 };
    const penalized = tripletMarginLoss({ regularizer: lpRegularizer() });
    await expect(compiled(penalized).fit(data, options)).rejects.toThrow('of one class each');
    const base = sequential({
      layers: [
        layers.dense({
          inputShape: [4],
          units: 3,
          kernelInitializer: glorot(1),
          kernelRegularizer: 'l1l2',
        }),
      ],
    });
    const run = compiled(tripletMarginLoss(), base).fit(data, options);
    await expect(run).rejects.toThrow('of one class each');
  });

  test('but a loss that remembers earlier batches compares later', async () => {
    const memory = crossBatchMemory(tripletMarginLoss({ margin: 1 }), { size: 24, warmUp: 3 });
    const options = { sampler: mPerClassSampler({ m: 4 }), batchSize: 4, epochs: 2 };
    const { stepLoss } = await compiled(memory).fit(data, options);
    expect(stepLoss.slice(0, 3).map(Math.abs)).toEqual([0, 0, 0]);
    expect(stepLoss[4]).toBeGreaterThan(0);
  });

  test('nor does one batch of chance end a run', async () => {
    let draws = 0;
    const sampler = {
      kind: 'batches' as const,
      name: 'unlucky at first',
      sample: () => [draws++ < 3 ? Int32Array.of(0, 3, 6) : Int32Array.of(0, 1, 3, 4)],
    };
    const { stepLoss } = await compiled(tripletMarginLoss()).fit(data, { sampler, epochs: 5 });
    expect(stepLoss).toHaveLength(5);
  });

  test('and losses over classes learn from batches of any kind', async () => {
    const loss = arcFaceLoss({ classes: 24, dims: 3 });
    const sampler = mPerClassSampler({ m: 1, length: 24 });
    const found: Diagnosis[] = [];
    await compiled(loss).fit(oneEach, {
      sampler,
      batchSize: 12,
      epochs: 20,
      onDiagnosis: (one) => found.push(one),
    });
    expect(found).toEqual([]);
  });
});

test('held-out examples of one class are no measure, and fit says so', async () => {
  const held = { examples: data.examples.slice(0, 48), labels: new Int32Array(12).fill(1) };
  const options = { sampler: classBalancedSampler(), batchSize: 12, validation: held };
  await expect(compiled(tripletMarginLoss()).fit(data, options)).rejects.toThrow(
    'TripletModel.fit (validation): expected examples of at least two classes for tripletMarginLoss, got 12 examples of one class (1).',
  );
});

describe('The diagnosis tells batches that teach one side only', () => {
  const problemsOf = async (loss: AnyLoss, set: typeof data, m: number): Promise<string[]> => {
    const found: Diagnosis[] = [];
    await compiled(loss).fit(set, {
      sampler: mPerClassSampler({ m, length: 24 }),
      batchSize: 4,
      epochs: 8,
      onDiagnosis: (one) => found.push(one),
    });
    return found.map(({ problem }) => problem);
  };

  test('batches of one class', async () => {
    expect(await problemsOf(contrastiveLoss(), data, 4)).toContain('no negatives');
    const memory = crossBatchMemory(contrastiveLoss(), { size: 8 });
    expect(await problemsOf(memory, data, 4)).toContain('no negatives');
  });

  test('no two examples of a class', async () => {
    expect(await problemsOf(contrastiveLoss(), oneEach, 1)).toContain('no positives');
  });
});
