import {
  type Optimizer,
  train as optimizers,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { layers, regularizers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import type { EpochEvent, FitOptions } from '../../src/index.ts';
import {
  arcFaceLoss,
  mPerClassSampler,
  precisionAt1,
  type Sampler,
  semiHardMiner,
  simClrLoss,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';
import { weightsOf } from '../support/weightsOf.ts';

const data = rings(90);
const held = rings(60, 3, 2);

const build = (dropout = 0.2, optimizer: Optimizer = optimizers.sgd(0.01)): TripletModel => {
  const model = new TripletModel(
    sequential({
      layers: [
        layers.dense({
          inputShape: [2],
          units: 8,
          activation: 'relu',
          kernelInitializer: glorot(1),
          kernelRegularizer: regularizers.l2({ l2: 0.01 }),
        }),
        layers.dropout({ rate: dropout }),
        layers.dense({ units: 3, kernelInitializer: glorot(2) }),
      ],
    }),
  );
  model.compile({ optimizer, loss: tripletLoss(1) });
  return model;
};

describe('subBatchSize', () => {
  test.each([1, 7, 48, 1000])(
    '%d examples at a time give the steps of the whole batch',
    async (subBatchSize) => {
      const run = async (dropout: number, options: FitOptions) => {
        const model = build(dropout);
        const history = await model.fit(data, { batchSize: 16, ...options });
        return { history, weights: weightsOf(model) };
      };
      const whole = await run(0, {});
      const parts = await run(0, { subBatchSize });
      expectClose(parts.history.stepLoss, whole.history.stepLoss);
      expectClose(parts.weights, whole.weights);
    },
  );

  test('repeats dropout masks in the second pass: the same seed gives the same weights', async () => {
    const run = async (): Promise<number[]> => {
      const model = build(0.5);
      await model.fit(data, { batchSize: 16, subBatchSize: 10 });
      return weightsOf(model);
    };
    expect(await run()).toEqual(await run());
  });

  test('keeps no tensor', async () => {
    const model = build();
    await model.fit(data, { subBatchSize: 10 });
    await expectNoLeak(() => model.fit(data, { subBatchSize: 10, clipNorm: 0.1 }));
  });
});

describe('clipNorm', () => {
  test('bounds how far plain gradient descent moves in a step', async () => {
    const model = build(0, optimizers.sgd(1));
    let before = weightsOf(model);
    const norms: number[] = [];
    await model.fit(data, {
      clipNorm: 0.01,
      onStep: ({ gradientNorm }) => {
        const after = weightsOf(model);
        const moved = Math.hypot(...after.map((value, i) => value - (before[i] as number)));
        norms.push(gradientNorm as number);
        expect(moved).toBeLessThan(0.0101);
        before = after;
      },
    });
    expect(Math.max(...norms)).toBeGreaterThan(0.01);
  });

  test('changes nothing below the limit', async () => {
    const free = build(0);
    const limited = build(0);
    await free.fit(data);
    await limited.fit(data, { clipNorm: 1e6 });
    expect(weightsOf(limited)).toEqual(weightsOf(free));
  });
});

describe('validationMetrics', () => {
  test('are measured after each epoch', async () => {
    const events: EpochEvent[] = [];
    const mean = async (embeddings: Tensor2D): Promise<number> => {
      const values = Array.from(await embeddings.data());
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const history = await build().fit(data, {
      epochs: 2,
      validation: held,
      validationMetrics: { precisionAt1, mean },
      onEpoch: (event) => events.push(event),
    });
    expect(history.metrics['precisionAt1']).toHaveLength(2);
    expect(events.map(({ metrics }) => metrics['mean'])).toEqual(history.metrics['mean']);
    for (const value of history.metrics['precisionAt1'] as number[]) {
      expect(value).toBeGreaterThan(0.5);
      expect(value).toBeLessThanOrEqual(1);
    }
  });
});

describe('earlyStopping', () => {
  /** A measure that gets better for two epochs, then worse. */
  const scripted = (values: number[]): FitOptions => {
    let epoch = 0;
    return {
      epochs: 10,
      validation: held,
      validationMetrics: { scripted: () => values[epoch++] as number },
    };
  };

  test('ends after `patience` epochs without a better value, with the weights of the best', async () => {
    const weights: number[][] = [];
    const model = build();
    const history = await model.fit(data, {
      ...scripted([1, 3, 2, 2.5, 0, 0, 0, 0, 0, 0]),
      earlyStopping: { monitor: 'scripted', patience: 2 },
      onEpoch: () => weights.push(weightsOf(model)),
    });
    expect(history.loss).toHaveLength(4);
    expect(history.stopped).toBe(true);
    expect(history.bestEpoch).toBe(2);
    expect(weightsOf(model)).toEqual(weights[1]);
    expect(weights[3]).not.toEqual(weights[1]);
  });

  test('may leave the last weights, look for less, and ask for a least difference', async () => {
    const weights: number[][] = [];
    const model = build();
    const history = await model.fit(data, {
      ...scripted([5, 4.95, 4.9, 4.8, 4.7, 4.6, 4, 4, 4, 4]),
      earlyStopping: {
        monitor: 'scripted',
        mode: 'min',
        minDelta: 0.5,
        patience: 3,
        restoreBest: false,
      },
      onEpoch: () => weights.push(weightsOf(model)),
    });
    expect(history.loss).toHaveLength(4);
    expect(history.bestEpoch).toBe(1);
    expect(weightsOf(model)).toEqual(weights[3]);
  });

  test('watches valLoss by default, and puts the best weights back after the last epoch too', async () => {
    const model = build();
    const history = await model.fit(data, { epochs: 3, validation: held, earlyStopping: {} });
    expect(history.stopped).toBe(false);
    const best = Math.min(...history.valLoss);
    expect(history.valLoss[history.bestEpoch - 1]).toBe(best);
  });

  test.each<[FitOptions, string]>([
    [
      { earlyStopping: {} },
      'TripletModel.fit: expected monitor to be one of loss, got valLoss. valLoss needs a validation set',
    ],
    [
      { validation: held, earlyStopping: { monitor: 'map' } },
      'expected monitor to be one of loss, valLoss, got map.',
    ],
    [
      { earlyStopping: { monitor: 'loss', patience: 0 } },
      'expected patience to be a whole number >= 1, got patience: 0.',
    ],
    [{ clipNorm: 0 }, 'expected clipNorm to be a finite number > 0, got clipNorm: 0.'],
    [
      { subBatchSize: 0.5 },
      'expected subBatchSize to be a whole number >= 1, got subBatchSize: 0.5.',
    ],
  ])('is checked before the first step: %j', async (options, message) => {
    await expect(build().fit(data, options)).rejects.toThrow(message);
  });
});

const wrongOptions: [Record<string, unknown>, string][] = [
  [
    { learningRate: 0.001 },
    'learningRate to be a function, (step) => rate, got learningRate: 0.001. Give a constant rate to',
  ],
  [
    { miner: semiHardMiner },
    'a record with the function mine, such as semiHardMiner(), got miner: the function semiHardMiner. Call the function: semiHardMiner().',
  ],
  [{ miner: 'semi-hard' }, 'expected miner to be a record with the function mine'],
  [{ sampler: 'mPerClass' }, 'expected sampler to be a record with the function sample'],
  [
    { sampler: { kind: 'all', sample: () => [] } },
    'expected a sampler of triplets or batches, got a sampler of the kind "all"',
  ],
  [{ batchsize: 16 }, 'got batchsize. It is called batchSize.'],
  [{ callbacks: [] }, 'expected no options but sampler, miner, hardNegatives, batchSize,'],
  [
    { validation: null },
    'expected validation to be a record, { examples, labels } or { stream }, got validation: null',
  ],
  [
    { validationMetrics: ['precisionAt1'] },
    'expected validationMetrics to be a record, { precisionAt1 }, got validationMetrics: ["precisionAt1"]',
  ],
  [
    { validation: held, validationMetrics: { map: 'map' } },
    'expected validationMetrics.map to be a function, (embeddings, labels) => number, got "map"',
  ],
  [
    { earlyStopping: 3 },
    'expected earlyStopping to be a record, { monitor, mode }, got earlyStopping: 3',
  ],
  [
    { earlyStopping: { monitor: 'loss', mode: 'less' } },
    "expected mode to be one of 'min', 'max', got mode: \"less\"",
  ],
  [
    { checkpoint: './here' },
    'expected checkpoint to be a record, { store, everySteps }, got checkpoint: "./here"',
  ],
  [
    { checkpoint: { store: './here' } },
    'expected store to be a record with the functions write, list, read, remove',
  ],
  [{ validationData: held }, 'got validationData. It is called validation.'],
  [{ epoch: 3 }, 'got epoch. It is called epochs.'],
  [{ learning_rate: 0.1 }, 'got learning_rate. It is called learningRate.'],
  [
    { validationMetrics: { precisionAt1: () => 1 } },
    'expected validation, the held-out examples for validationMetrics, got validationMetrics without validation.',
  ],
  [{ views: 2 }, 'expected augment for views: 2, which makes the two views of an example differ'],
  [{ augment: 'flip' }, 'expected augment to be a function, (examples, random) => examples'],
  [{ onStep: true }, 'expected onStep to be a function, (event) => {}'],
  [{ signal: 1000 }, 'expected signal to be an AbortSignal, got signal: 1000'],
];

test.each(wrongOptions)('fit refuses %j before the first step', async (options, message) => {
  const model = build();
  const before = weightsOf(model);
  await expect(model.fit(data, options as FitOptions)).rejects.toThrow(message);
  expect(weightsOf(model)).toEqual(before);
});

test.each<[string, (model: TripletModel) => Promise<unknown>, string]>([
  [
    'data of other names',
    (model) => model.fit({ xs: data.examples, ys: data.labels } as never),
    'TripletModel.fit: expected a record { examples, labels }, got one with xs, ys.',
  ],
  [
    'a batch of other names',
    (model) => {
      model.compile({ optimizer: 'sgd', loss: arcFaceLoss({ classes: 3, dims: 3 }) });
      return model.fit({ stream: () => [{ xs: data.examples, ys: data.labels }] } as never);
    },
    'TripletModel.fit (batch 1 of epoch 1): expected a record { examples, labels }, got one with xs, ys.',
  ],
  [
    'held-out examples without labels',
    (model) => model.fit(data, { validation: { examples: held.examples } }),
    'got undefined. Pass one class id or name for each example.',
  ],
  [
    'examples that were disposed',
    (model) => {
      const examples = tensor2d(data.examples, [90, 2]);
      examples.dispose();
      return model.fit({ ...data, examples });
    },
    'expected a tensor of examples, got one that was disposed',
  ],
  [
    'a base that is frozen',
    (model) => {
      for (const layer of model.base.layers) layer.trainable = false;
      return model.fit(data);
    },
    'expected a base with weights to train, got one whose layers are all frozen',
  ],
  [
    'a loss that was disposed',
    (model) => {
      const loss = arcFaceLoss({ classes: 3, dims: 3 });
      model.compile({ optimizer: 'sgd', loss });
      loss.dispose();
      return model.fit(data);
    },
    'arcFaceLoss: expected a loss that was not disposed',
  ],
  [
    'a loss over two views without views',
    (model) => {
      model.compile({ optimizer: 'sgd', loss: simClrLoss() });
      return model.fit(data);
    },
    'expected two views of each example for simClrLoss, got one. Train with fit(data, { views: 2, augment })',
  ],
])('fit refuses %s before the first step', async (_, run, message) => {
  const model = build();
  const before = weightsOf(model);
  await expect(run(model)).rejects.toThrow(message);
  expect(weightsOf(model)).toEqual(before);
});

describe('A sampler of a user`s own', () => {
  const fitWith = async (
    kind: 'batches' | 'triplets',
    drawn: unknown,
  ): Promise<{ weights: number[]; stepLoss: number[] }> => {
    const model = build();
    if (kind === 'batches') model.compile({ optimizer: 'sgd', loss: tripletMarginLoss() });
    const sampler = { kind, name: 'own', sample: () => drawn } as unknown as Sampler;
    const { stepLoss } = await model.fit(data, { sampler });
    return { weights: weightsOf(model), stepLoss };
  };

  test('may give its indices in plain arrays', async () => {
    const batch = [0, 1, 2, 3, 4, 5];
    expect(await fitWith('batches', [batch])).toEqual(
      await fitWith('batches', [Int32Array.from(batch)]),
    );
    const triplet = { anchor: [0], positive: [3], negative: [1] };
    expect((await fitWith('triplets', triplet)).stepLoss).toHaveLength(1);
  });

  const noBatch = 'own: expected sample to return at least one batch, and each batch a list of';
  const noTriplet = 'own: expected sample to return at least one triplet: { anchor, positive,';
  test.each<['batches' | 'triplets', unknown, string]>([
    ['batches', [], noBatch],
    ['batches', undefined, noBatch],
    ['batches', [[0, 1], []], noBatch],
    ['batches', [[0, 90]], 'own: expected indices from 0 to 89 (90 examples), got 90.'],
    ['batches', [Int32Array.of(-1)], 'got -1'],
    ['batches', [[0.5]], 'got 0.5'],
    ['triplets', { anchor: [], positive: [], negative: [] }, noTriplet],
    ['triplets', undefined, noTriplet],
    ['triplets', { anchor: [0, 1], positive: [3], negative: [1] }, noTriplet],
    ['triplets', { anchor: [0], positive: [3], negative: [99] }, 'got 99'],
  ])('is refused for %s: %j', async (kind, drawn, message) => {
    await expect(fitWith(kind, drawn)).rejects.toThrow(message);
  });
});

test('fit refuses data and options that are no records', async () => {
  const model = build();
  await expect(model.fit(undefined as never)).rejects.toThrow(
    'expected data to be a record, { examples, labels }',
  );
  await expect(model.fit(data, 2 as never)).rejects.toThrow('expected options to be a record');
  await expect(
    model.evaluate(data, { sampler: mPerClassSampler({ m: 2 }) as never }),
  ).rejects.toThrow(
    'TripletModel.evaluate: expected a sampler of triplets, got a sampler of the kind "batches"',
  );
});

test('compile refuses what it cannot mean, and keeps what was compiled before', async () => {
  const model = build();
  const compile = (options: unknown) => () => model.compile(options as never);
  expect(compile({ optimizer: 'adams', loss: tripletLoss(1) })).toThrow(
    'TripletModel.compile: expected optimizer to be a tfjs optimizer, as train.adam(0.001), or the name of one',
  );
  expect(compile({ optimizer: 0.01, loss: tripletLoss(1) })).toThrow('got optimizer: 0.01');
  expect(compile({ optimizer: 'sgd', loss: { name: 'mine', compute: () => 0 } })).toThrow(
    'Make a loss of your own with defineLoss',
  );
  expect(compile({ optimiser: 'adam', loss: tripletLoss(1) })).toThrow('got optimiser');
  expect(compile('adam')).toThrow('expected options to be a record, { optimizer, loss }');
  expect((await model.fit(data)).loss).toHaveLength(1);
});
