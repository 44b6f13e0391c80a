import { add, scalar, type Tensor, type Tensor2D, tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  type Loss,
  type StreamBatch,
  type StreamDataset,
  simClrLoss,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';
import { weightsOf } from '../support/weightsOf.ts';

const data = rings(64);

const build = (loss: Loss = tripletMarginLoss({ margin: 0.2 })): TripletModel => {
  const model = new TripletModel(
    sequential({
      layers: [layers.dense({ inputShape: [2], units: 3, kernelInitializer: glorot(1) })],
    }),
  );
  model.compile({ optimizer: 'adam', loss });
  return model;
};

/** The rings in four batches of 16, as tensors made when they are asked for. */
const inTensors: StreamDataset = {
  async *stream(): AsyncGenerator<StreamBatch> {
    for (let start = 0; start < 64; start += 16) {
      yield {
        examples: tensor2d(data.examples.slice(2 * start, 2 * (start + 16)), [16, 2]),
        labels: data.labels.subarray(start, start + 16),
      };
    }
  },
};

const inArrays: StreamDataset = {
  *stream() {
    for (let start = 0; start < 64; start += 16) {
      yield {
        examples: data.examples.subarray(2 * start, 2 * (start + 16)),
        labels: [...data.labels.subarray(start, start + 16)],
      };
    }
  },
};

describe('A stream of batches', () => {
  test('trains as the same batches from memory do', async () => {
    const streamed = build();
    const history = await streamed.fit(inTensors, { epochs: 2 });
    const held = build();
    const sampler = {
      kind: 'batches' as const,
      name: 'in order',
      sample: () =>
        [0, 16, 32, 48].map((start) => Int32Array.from({ length: 16 }, (_, i) => start + i)),
    };
    expect((await held.fit(data, { epochs: 2, sampler })).stepLoss).toEqual(history.stepLoss);
    expect(weightsOf(streamed)).toEqual(weightsOf(held));
  });

  test('may be of arrays, and cut after some steps an epoch', async () => {
    const model = build();
    const history = await model.fit({ ...inArrays, stepsPerEpoch: 3 }, { epochs: 2 });
    expect(history.stepLoss).toHaveLength(6);
  });

  test('keeps no tensor, whether it ends or is left', async () => {
    const model = build();
    await model.fit(inTensors);
    await expectNoLeak(() => model.fit(inTensors, { epochs: 2 }));
    await expectNoLeak(async () => {
      for await (const _ of model.train({ ...inTensors, stepsPerEpoch: 2 }, { epochs: 2 })) break;
    });
  });

  test.each<[string, StreamBatch, string]>([
    [
      'of another shape',
      { examples: new Float32Array(5), labels: [0, 1] },
      'TripletModel.fit (batch 1 of epoch 1): expected whole examples of shape [2], 2 values each, got 5 values.',
    ],
    [
      'with NaN',
      { examples: Float32Array.of(1, Number.NaN), labels: [0] },
      'expected examples of finite numbers, got NaN in example 0.',
    ],
    [
      'with too few labels',
      { examples: new Float32Array(4), labels: [0] },
      'expected one label per example (2), got labels of length 1.',
    ],
  ])('is checked as it comes: a batch %s', async (_, batch, message) => {
    await expect(build().fit({ stream: () => [batch] })).rejects.toThrow(message);
  });

  test('needs a loss that forms its own tuples, or a miner', async () => {
    const model = build();
    model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
    await expect(model.fit(inArrays)).rejects.toThrow(
      'expected triplets for a loss on concatenated embeddings',
    );
  });
});

describe('A stream without labels', () => {
  test('trains a loss over two views, and is refused for others', async () => {
    const bare: StreamDataset = {
      *stream(epoch) {
        for (const { examples } of inArrays.stream(epoch) as Iterable<StreamBatch>)
          yield { examples };
      },
    };
    const augment = (examples: Tensor): Tensor => add(examples, scalar(0.1));
    const metrics = { classes: (_: Tensor2D, labels: Int32Array) => new Set(labels).size };
    const run = (from: StreamDataset): Promise<unknown> =>
      build(simClrLoss()).fit(from, {
        views: 2,
        augment,
        validation: from,
        validationMetrics: metrics,
      });
    expect(await run(bare)).toMatchObject({ metrics: { classes: [64] } }); // each a class of its own
    await expect(build().fit(bare)).rejects.toThrow(
      'TripletModel.fit (batch 1 of epoch 1): expected labels',
    );
  });
});

describe('augment', () => {
  test('changes what the network sees in training, and nothing else', async () => {
    const seen: Tensor[] = [];
    const model = build();
    const embeddingsBefore = [...model.embed(data.examples).dataSync()];
    const shift = (examples: Tensor): Tensor => {
      seen.push(examples);
      return add(examples, scalar(0));
    };
    const plain = build();
    await model.fit(inArrays, { augment: shift });
    await plain.fit(inArrays);
    expect(weightsOf(model)).toEqual(weightsOf(plain));
    expect(seen).toHaveLength(4);
    expect(embeddingsBefore).toEqual([...build().embed(data.examples).dataSync()]);
  });

  test('draws from the run`s stream: the same seed gives the same weights', async () => {
    const run = async (seed: number, subBatchSize?: number): Promise<number[]> => {
      const model = build();
      await model.fit(inArrays, {
        seed,
        ...(subBatchSize === undefined ? {} : { subBatchSize }),
        augment: (examples, random) => {
          const noise = Float32Array.from({ length: examples.size }, () => 0.1 * random.next());
          return add(examples, tensor(noise, examples.shape)) as Tensor2D;
        },
      });
      return weightsOf(model);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
    expect(await run(1, 5)).toEqual(await run(1, 5));
  });
});
