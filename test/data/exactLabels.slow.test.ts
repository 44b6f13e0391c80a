import { tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  balancedStream,
  type ClassLabels,
  clusteringMetrics,
  confusionMatrix,
  contrastiveLoss,
  createEmbedder,
  crossBatchMemory,
  kFolds,
  knnClassify,
  knnConfusion,
  ldaAdapter,
  MetricLearningError,
  mineHardNegatives,
  mPerClassSampler,
  pairDistances,
  precisionAt1,
  recallAtK,
  retrievalMetrics,
  semiHardMiner,
  splitByClass,
  splitByExample,
  TripletModel,
  tripletAccuracy,
  tripletMarginLoss,
} from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { glorot } from '../support/glorot.ts';

const { examples, labels: ids } = clusters(24);
const x = { data: examples, shape: [24, 4] as const };
const online = { sampler: mPerClassSampler({ m: 4, length: 24 }), batchSize: 12 };

function build(): TripletModel {
  const dense = layers.dense({ inputShape: [4], units: 3, kernelInitializer: glorot(1) });
  const model = new TripletModel(sequential({ layers: [dense] }));
  model.compile({ optimizer: 'sgd', loss: tripletMarginLoss() });
  return model;
}

const stepsOf = async (data: unknown, options: object = online): Promise<unknown> => {
  const { stepLoss, valLoss } = await build().fit(data as never, options);
  return { stepLoss, valLoss };
};
const numberOf = (tensor: { dataSync(): ArrayLike<number> }): number[] => [
  ...Array.from(tensor.dataSync()),
];
const rows = tensor2d(examples, [24, 4]);

/** Every place where the labels of examples go in, and what comes out. */
const places: readonly (readonly [string, (labels: never) => unknown])[] = [
  ['fit', (labels) => stepsOf({ examples, labels })],
  [
    'fit, validation',
    (labels) => stepsOf({ examples, labels: ids }, { ...online, validation: { examples, labels } }),
  ],
  [
    'fit, a stream',
    (labels) => stepsOf({ stream: () => [{ examples: tensor2d(examples, [24, 4]), labels }] }, {}),
  ],
  [
    'fit, a lazy data set',
    (labels) =>
      stepsOf({
        count: 24,
        shape: [4],
        labels,
        pick: (indices: Int32Array) =>
          Float32Array.from([...indices].flatMap((i) => [...examples.subarray(4 * i, 4 * i + 4)])),
      }),
  ],
  ['evaluate', (labels) => build().evaluate({ examples, labels })],
  ['a loss', (labels) => numberOf(contrastiveLoss().compute(rows, labels))],
  [
    'crossBatchMemory',
    (labels) => numberOf(crossBatchMemory(contrastiveLoss()).compute(rows, labels)),
  ],
  [
    "a loss's reference set",
    (labels) =>
      numberOf(contrastiveLoss().compute(rows, ids, { reference: { embeddings: rows, labels } })),
  ],
  ['a miner', (labels) => semiHardMiner().mine(rows, labels)],
  ['mineHardNegatives', (labels) => mineHardNegatives(x, labels)],
  ['precisionAt1', (labels) => precisionAt1(x, labels)],
  ['recallAtK', (labels) => recallAtK(x, labels, [1])],
  ['retrievalMetrics', (labels) => retrievalMetrics(x, labels)],
  [
    'retrievalMetrics, reference',
    (labels) =>
      retrievalMetrics(x, ids, { reference: { embeddings: x, labels }, singletonQueries: 'miss' }),
  ],
  ['pairDistances', (labels) => pairDistances(x, labels)],
  [
    'tripletAccuracy',
    (labels) => {
      const triplets = {
        anchor: Int32Array.of(0),
        positive: Int32Array.of(3),
        negative: Int32Array.of(1),
      };
      return tripletAccuracy(x, triplets, labels);
    },
  ],
  ['clusteringMetrics', (labels) => clusteringMetrics(x, labels, { seed: 1 })],
  ['confusionMatrix', (labels) => confusionMatrix(labels, Array.from(ids))],
  ['knnConfusion', (labels) => knnConfusion(x, labels)],
  ['knnClassify', (labels) => knnClassify(x, { embeddings: x, labels }, 1)],
  ['splitByClass', (labels) => splitByClass(labels, { seed: 1 })],
  ['splitByExample', (labels) => splitByExample(labels, { seed: 1 })],
  ['kFolds', (labels) => kFolds(labels, { folds: 3, seed: 1 })],
  ['ldaAdapter', (labels) => ldaAdapter(x, labels).then((model) => model.countParams())],
];

describe('Labels are exact, or refused, wherever they go in', () => {
  test.each(places)('%s', async (_, use) => {
    const given = async (labels: ClassLabels): Promise<unknown> => use(labels as never);
    const large = ids.map((label) => label + 2 ** 24 + 1); // next to each other, and one number in float32
    const expected = await given(ids);
    expect(await given(BigInt64Array.from(ids, BigInt))).toEqual(expected);
    expect(await given(Array.from(ids, BigInt))).toEqual(expected);
    await given(large);
    expect(await given(BigInt64Array.from(large, BigInt))).toEqual(await given(large));
    for (const wrong of [2n ** 40n, 2 ** 40, 1.5, Number.NaN]) {
      const labels = Array.from<number | bigint>(ids);
      labels[5] = wrong;
      const answer = await given(labels as never).catch((error: unknown) => error);
      expect(answer, `${wrong} was taken`).toBeInstanceOf(MetricLearningError);
      expect(String(answer)).toContain(`${wrong}`);
    }
  });

  test('balancedStream', async () => {
    const source = Array.from(ids, (label, i) => ({ example: i, label: label + 2 ** 24 + 1 }));
    for await (const { labels } of balancedStream(source, { classesPerBatch: 3, m: 2 })) {
      expect(new Set(labels)).toEqual(new Set([2 ** 24 + 1, 2 ** 24 + 2, 2 ** 24 + 3]));
    }
    const wrong = [{ example: 0, label: 2 ** 40 }];
    const read = async (): Promise<void> => {
      for await (const batch of balancedStream(wrong, { classesPerBatch: 1, m: 1 })) void batch;
    };
    await expect(read()).rejects.toThrow('1099511627776');
  });
});

describe('Whole numbers that float32 has not are refused as inputs of a network', () => {
  const token = Int32Array.from({ length: 96 }, (_, i) => 2 ** 24 + 1 + i);
  const model = build();
  const message = '16777217';

  test.each<readonly [string, () => unknown]>([
    ['fit', () => build().fit({ examples: token, labels: ids }, online)],
    [
      'validation',
      () =>
        build().fit(
          { examples, labels: ids },
          { ...online, validation: { examples: token, labels: ids } },
        ),
    ],
    ['evaluate', () => model.evaluate({ examples: token, labels: ids })],
    ['embed', () => model.embed(token)],
    ['embedAsync', () => model.embedAsync(token)],
    ['embed, a tensor', () => model.embed(tensor2d(token, [24, 4], 'int32'))],
    ['an embedder', () => createEmbedder(model.base).embed(token)],
    ['a stream', () => build().fit({ stream: () => [{ examples: token, labels: ids }] } as never)],
  ])('%s', async (_, use) => {
    await expect((async () => use())()).rejects.toThrow(message);
  });
});
