import {
  add,
  type Optimizer,
  train as optimizers,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  batchHardMiner,
  type CheckpointStore,
  type FitOptions,
  type Loss,
  mPerClassSampler,
  type Random,
  type StreamDataset,
  TripletModel,
  tripletMarginLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { everyLoss } from '../support/everyLoss.ts';
import { everyOptimizer } from '../support/everyOptimizer.ts';
import { everySampler } from '../support/everySampler.ts';
import { everything } from '../support/everything.ts';
import { statefulLosses, statefulViewLoss } from '../support/statefulLosses.ts';
import { zoo } from '../support/zoo.ts';

const data = clusters(24);
const held = clusters(15, 3, 2);
const online = { sampler: mPerClassSampler({ m: 4, length: 36 }), batchSize: 12 };
const plain = zoo[0]?.[1] as () => LayersModel;

/** What a run is made of. */
interface Run {
  readonly base?: () => LayersModel;
  readonly loss?: () => Loss;
  readonly optimizer?: () => Optimizer;
  readonly options?: FitOptions;
  readonly data?: Parameters<TripletModel['fit']>[0];
}

function inMemory(): CheckpointStore {
  const kept = new Map<number, Uint8Array>();
  return {
    write: async (number, bytes) => void kept.set(number, bytes.slice()),
    list: async () => [...kept.keys()],
    read: async (number) => kept.get(number) as Uint8Array,
    remove: async (number) => void kept.delete(number),
  };
}

/**
 * Trains three epochs in one go, and again with two interruptions: one inside the first epoch, one at the end of the
 * second. Each part of the second run has a network, a loss and an optimizer of its own, as a process of its own would
 * have. Network, loss, optimizer and history end bit for bit alike, with the best epoch put back.
 */
async function expectSame({
  base = plain,
  loss: makeLoss = tripletMarginLoss,
  optimizer = () => optimizers.adam(0.01),
  options = online,
  data: examples = data,
}: Run): Promise<void> {
  const make = (): { model: TripletModel; loss: Loss } => {
    const loss = makeLoss();
    const model = new TripletModel(base());
    model.compile({ optimizer: optimizer(), loss });
    return { model, loss };
  };
  const scores = [0.2, 0.7, 0.4]; // an interrupted epoch is not measured
  const run = async (model: TripletModel, measured: number[], more: FitOptions = {}) =>
    model.fit(examples, {
      epochs: 3,
      validation: held,
      validationMetrics: { score: () => scores[measured.push(0) - 1] as number },
      earlyStopping: { monitor: 'score', patience: 3 },
      ...options,
      ...more,
    });

  const whole = make();
  const expected = await run(whole.model, []);
  const steps = expected.stepLoss.length / 3;

  const store = inMemory();
  const measured: number[] = [];
  let resume = false;
  for (const stop of [1, 2 * steps]) {
    const part = make();
    const controller = new AbortController();
    await run(part.model, measured, {
      checkpoint: { store, resume },
      signal: controller.signal,
      onStep: ({ epoch, step }) => (epoch - 1) * steps + step >= stop && controller.abort(),
    });
    resume = true;
  }
  const last = make();
  expect(await run(last.model, measured, { checkpoint: { store, resume } })).toEqual(expected);
  expect(await everything(last.model, last.loss)).toEqual(
    await everything(whole.model, whole.loss),
  );
  expect(expected.bestEpoch).toBe(2);
}

const overLabels = everyLoss.filter(({ make }) => make().accepts.reference !== 'needed');

const noise = (x: Tensor, random: Random): Tensor =>
  add(
    x,
    tensor(
      Float32Array.from({ length: x.size }, () => 0.1 * random.next()),
      x.shape,
    ),
  );

const stream: StreamDataset = {
  *stream(epoch) {
    for (const start of [0, 4, 8]) {
      const examples = data.examples.map((value) => value * (1 + 0.1 * epoch));
      const end = start + 12;
      yield {
        examples: examples.subarray(4 * start, 4 * end),
        labels: data.labels.subarray(start, end),
      };
    }
  },
};

describe('A run that is interrupted twice and resumed ends as one that was left alone', () => {
  test.each(zoo)('with %s', async (_, base) => expectSame({ base }));
  test.each(everyOptimizer)('with %s', async (_, optimizer) => expectSame({ optimizer }));
  test.each(overLabels.map(({ name, make }) => [name, make] as const))('with %s', async (_, loss) =>
    expectSame({ loss }),
  );
  test.each(statefulLosses(3))('with %s', async (_, loss) => expectSame({ loss }));
  test.each(everySampler(data.labels).map((sampler) => [sampler.name, sampler] as const))(
    'with %s',
    async (_, sampler) => expectSame({ options: { sampler, batchSize: 12 } }),
  );
  test.each<[string, Run]>([
    ['a stream', { data: stream, options: {} }],
    ['a stream of validation', { options: { ...online, validation: { ...stream } } }],
    ['augmentation', { options: { ...online, augment: noise } }],
    ['two views', { loss: statefulViewLoss, options: { views: 2, augment: noise, batchSize: 8 } }],
    ['sub-batches', { options: { ...online, subBatchSize: 5, augment: noise } }],
    ['clipped gradients', { options: { ...online, clipNorm: 0.01 } }],
    ['a miner', { options: { ...online, miner: batchHardMiner() } }],
    ['hard negatives', { options: { ...online, hardNegatives: { every: 2 } } }],
    ['a schedule', { options: { ...online, learningRate: (step) => 0.01 / (1 + step) } }],
    ['less of each epoch', { options: { ...online, maxSteps: 9 } }],
  ])('with %s', async (_, run) => expectSame(run));
});
