import { train as optimizers } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  type CheckpointStore,
  consecutiveTripletsSampler,
  dotProductSimilarity,
  type FitOptions,
  type Loss,
  mineHardNegatives,
  mPerClassSampler,
  type Sampler,
  supConLoss,
  TripletModel,
  type Tuples,
  tripletMarginLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { weightsOf } from '../support/weightsOf.ts';

const data = clusters(48, 6);

function compiled(loss: Loss = tripletMarginLoss({ margin: 0.3 }), rate = 0.02): TripletModel {
  const dense = layers.dense({ inputShape: [4], units: 3, kernelInitializer: glorot(1) });
  const model = new TripletModel(sequential({ layers: [dense, layers.batchNormalization()] }));
  model.compile({ optimizer: optimizers.adam(rate), loss });
  return model;
}

/** A loss that notes the labels and tuples that it is given. */
function noting(loss: Loss, seen: { labels: number[]; tuples: Tuples | undefined }[]): Loss {
  return {
    ...loss,
    compute(embeddings, labels, options) {
      seen.push({ labels: Array.from(labels as ArrayLike<number>), tuples: options?.tuples });
      return loss.compute(embeddings, labels, options);
    },
  };
}

const samplers: readonly (readonly [string, Sampler, number])[] = [
  ['triplets', consecutiveTripletsSampler(), 8],
  ['batches', mPerClassSampler({ m: 4 }), 8],
];

describe('hardNegatives', () => {
  test('takes the place of the negative of each triplet', async () => {
    const model = compiled(undefined, 0); // a network that stays as it is
    const embeddings = model.embed(data.examples);
    const options = { count: 2, distance: model.distance };
    const { indices } = await mineHardNegatives(embeddings, data.labels, options);
    embeddings.dispose();
    const drawn: number[][] = [];
    const seen: { labels: number[]; tuples: Tuples | undefined }[] = [];
    model.compile({
      optimizer: optimizers.sgd(0),
      loss: noting(tripletMarginLoss({ margin: 0.3 }), seen),
    });
    // A sampler of one triplet for each example, whose negative is of the class after the next.
    const sampler: Sampler = {
      kind: 'triplets',
      name: 'far negatives',
      sample: (labels) => ({
        anchor: Int32Array.from(labels.keys()),
        positive: Int32Array.from(labels, (_, i) => (i + 6) % 48),
        negative: Int32Array.from(labels, (_, i) => (i + 2) % 48),
      }),
    };
    const { stepLoss: hard } = await model.fit(data, {
      sampler,
      batchSize: 48,
      hardNegatives: { count: 2 },
    });
    const { stepLoss: easy } = await model.fit(data, { sampler, batchSize: 48 });
    expect(hard[0]).toBeGreaterThan(easy[0] as number);
    const [{ labels: classes, tuples }] = seen as [{ labels: number[]; tuples: Tuples }];
    const { anchor, negative } = tuples as { anchor: Int32Array; negative: Int32Array };
    anchor.forEach((a, i) => {
      drawn.push([classes[a] as number, classes[negative[i] as number] as number]);
    });
    const hardClasses = new Set(
      [...indices].flatMap((index, i) =>
        index < 0 ? [] : [`${data.labels[i >> 1]} ${data.labels[index]}`],
      ),
    );
    for (const [a, n] of drawn) expect(hardClasses).toContain(`${a} ${n}`);
  });

  test('comes beside the examples of a batch', async () => {
    const seen: { labels: number[]; tuples: Tuples | undefined }[] = [];
    const model = compiled(noting(supConLoss(), seen));
    const sampler = mPerClassSampler({ m: 4 });
    await model.fit(data, { sampler, batchSize: 8, hardNegatives: { every: 2, count: 1 } });
    expect(seen.length).toBe(6);
    for (const { labels } of seen) {
      expect(labels.length).toBeGreaterThan(8);
      expect(labels.length).toBeLessThanOrEqual(16);
      expect(new Set(labels.slice(0, 8)).size).toBe(2);
    }
  });

  test.each(samplers)(
    'resumes with the same bits between two minings: %s',
    async (_, sampler, batchSize) => {
      const kept = new Map<number, Uint8Array>();
      const store: CheckpointStore = {
        write: async (number, bytes) => void kept.set(number, bytes.slice()),
        list: async () => [...kept.keys()],
        read: async (number) => kept.get(number) as Uint8Array,
        remove: async (number) => void kept.delete(number),
      };
      const options: FitOptions = {
        sampler,
        batchSize,
        epochs: 2,
        hardNegatives: { every: 4, count: 3 },
        validation: clusters(18, 6, 2),
      };
      const whole = compiled();
      const expected = await whole.fit(data, options);
      for (const stop of [2, 4]) {
        kept.clear();
        const controller = new AbortController();
        await compiled().fit(data, {
          ...options,
          checkpoint: { store },
          signal: controller.signal,
          onStep: ({ epoch, step }) => epoch === 2 && step === stop && controller.abort(),
        });
        const resumed = compiled();
        expect(
          await resumed.fit(data, { ...options, checkpoint: { store, resume: true } }),
        ).toEqual(expected);
        expect(weightsOf(resumed)).toEqual(weightsOf(whole));
      }
      await expect(
        compiled().fit(data, {
          ...options,
          hardNegatives: {},
          checkpoint: { store, resume: true },
        }),
      ).rejects.toThrow('the same hard negatives');
    },
  );

  test('leaves nothing behind', async () => {
    const model = compiled();
    const options = { epochs: 2, hardNegatives: { every: 3 } };
    await model.fit(data, options);
    await expectNoLeak(() => model.fit(data, options));
  });

  test.each<[string, object, string]>([
    [
      'a count of 0',
      { hardNegatives: { count: 0 } },
      'TripletModel.fit (hardNegatives): expected count',
    ],
    ['true', { hardNegatives: true }, 'hardNegatives'],
    [
      'two views',
      { hardNegatives: {}, views: 2, augment: (x: unknown) => x },
      'one view of each example',
    ],
  ])('refuses %s', async (_, options, message) => {
    await expect(compiled().fit(data, options)).rejects.toThrow(message);
  });

  test('refuses a stream, and a guard of distances that may be negative', async () => {
    const stream = { stream: () => [data] };
    await expect(compiled().fit(stream, { hardNegatives: {} })).rejects.toThrow(
      'TripletModel.fit (hardNegatives): expected a data set, whose negatives can be mined as a whole, got a stream.',
    );
    const distance = dotProductSimilarity({ normalize: false });
    const model = compiled(tripletMarginLoss({ distance }));
    await expect(model.fit(data, { hardNegatives: {} })).rejects.toThrow('Pass guard: 0');
    await model.fit(data, { hardNegatives: { guard: 0 } });
  });
});
