import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  add,
  io,
  memory,
  scalar,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { type LayersModel, layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  arcFaceLoss,
  createEmbedder,
  type Diagnosis,
  encodeLabels,
  mPerClassSampler,
  simClrLoss,
  supConLoss,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { checkpointFolder, fileStore } from '../../src/node.ts';
import { clusters } from '../support/clusters.ts';
import { everyLoss } from '../support/everyLoss.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { statefulViewLoss } from '../support/statefulLosses.ts';
import { weightsOf } from '../support/weightsOf.ts';
import { zoo } from '../support/zoo.ts';

const data = clusters(24);
const online = { sampler: mPerClassSampler({ m: 4, length: 24 }), batchSize: 12 };
const plain = zoo[0]?.[1] as () => LayersModel;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'life-'));
});
afterAll(() => rm(folder, { recursive: true }));

function build(
  base: LayersModel = plain(),
  loss: Parameters<TripletModel['compile']>[0]['loss'] = tripletMarginLoss(),
  options: ConstructorParameters<typeof TripletModel>[1] = {},
): TripletModel {
  const model = new TripletModel(base, options);
  model.compile({ optimizer: 'sgd', loss });
  return model;
}

describe('A stream', () => {
  const batch = (): { examples: Tensor; labels: Int32Array } => ({
    examples: tensor2d(data.examples.slice(0, 48), [12, 4]),
    labels: data.labels.slice(0, 12),
  });
  const usedUp = [batch()][Symbol.iterator]();

  test.each<[string, () => unknown, object, string]>([
    ['that gives nothing', () => [], {}, 'at least one batch from the stream in epoch 1, got none'],
    [
      'whose generator is used up',
      () => ({ [Symbol.iterator]: () => usedUp }),
      { epochs: 2 },
      'at least one batch from the stream in epoch 2, got none',
    ],
    ['that is a promise', () => Promise.resolve([]), {}, 'got a promise. Write async *stream'],
    ['that is no iterable', () => 3, {}, 'to return an iterable of batches'],
    ['beside a sampler', () => [batch()], online, 'expected no sampler for a stream'],
    ['of no batches', () => [null], {}, 'expected batch to be a record'],
  ])('%s is an error', async (_, stream, options, message) => {
    await expect(build().fit({ stream } as never, options as never)).rejects.toThrow(message);
  });

  test('that ends before stepsPerEpoch is an error', async () => {
    const stream = (): unknown[] => [batch()];
    await expect(build().fit({ stream, stepsPerEpoch: 2 } as never)).rejects.toThrow(
      'expected 2 batches from the stream in epoch 1 (stepsPerEpoch), got 1',
    );
  });

  test('is pulled for exactly what is used, and refused batches are freed', async () => {
    const model = build();
    let pulled = 0;
    let closed = 0;
    const stream = function* (): Generator<ReturnType<typeof batch>> {
      try {
        for (;;) {
          pulled++;
          yield batch();
        }
      } finally {
        closed++;
      }
    };
    await expectNoLeak(() => model.fit({ stream, stepsPerEpoch: 2 }, { epochs: 3 }));
    expect([pulled, closed]).toEqual([6, 3]);
    await expectNoLeak(async () => {
      const wrong = { stream: () => [{ ...batch(), labels: [1] }] };
      await expect(model.fit(wrong)).rejects.toThrow('one label per example (12)');
    });
  });
});

describe('Callbacks', () => {
  test.each(['onStep', 'onEpoch'] as const)('are awaited, and end training: %s', async (name) => {
    const model = build();
    const seen: string[] = [];
    const run = model.fit(data, {
      ...online,
      epochs: 2,
      [name]: async () => {
        seen.push('begun');
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.push('done');
        if (seen.length === 4) throw new Error('mine');
      },
    });
    await expect(run).rejects.toThrow('mine');
    expect(seen).toEqual(['begun', 'done', 'begun', 'done']);
    await model.fit(data, online); // it can be trained again
  });

  test('are awaited, and end training: onDiagnosis', async () => {
    const points = { ...data, examples: new Float32Array(96) }; // all alike: nothing can be learned
    const seen: string[] = [];
    const run = build(plain(), tripletLoss(1)).fit(points, {
      epochs: 40,
      async onDiagnosis({ problem }) {
        seen.push(problem);
        await new Promise((resolve) => setTimeout(resolve, 1));
        throw new Error(`mine: ${problem}`);
      },
    });
    await expect(run).rejects.toThrow('mine: ');
    expect(seen).toHaveLength(1);
  });

  test('that fail leave a checkpoint from which the run goes on', async () => {
    const options = { ...online, epochs: 3 };
    const whole = build();
    const expected = await whole.fit(data, options);
    const store = checkpointFolder(join(folder, 'failing'));
    const run = build().fit(data, {
      ...options,
      checkpoint: { store, everySteps: 1 },
      async onStep({ epoch }) {
        if (epoch === 2) throw new Error('mine');
      },
    });
    await expect(run).rejects.toThrow('mine');
    const resumed = build();
    expect(
      await resumed.fit(data, { ...options, checkpoint: { store, everySteps: 1, resume: true } }),
    ).toEqual(expected);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  test('see a model that refuses a second fit, compile and dispose', async () => {
    const model = build();
    const refused: unknown[] = [];
    await model.fit(data, {
      ...online,
      maxSteps: 1,
      async onStep() {
        const note = (error: Error): void => void refused.push(error.message.split(',')[0]);
        await model.fit(data, online).catch(note);
        try {
          model.dispose();
        } catch (error) {
          note(error as Error);
        }
      },
    });
    expect(refused).toEqual([
      'TripletModel.fit: expected a model that is not being trained',
      'TripletModel.dispose: expected a model that is not being trained',
    ]);
  });
});

test('maxSteps ends a run, and epochs follow from it', async () => {
  const whole = await build().fit(data, { ...online, epochs: 2 });
  const history = await build().fit(data, { ...online, maxSteps: 3 });
  expect(history.stepLoss).toEqual(whole.stepLoss.slice(0, 3));
  expect([history.loss.length, history.stopped]).toEqual([2, false]);
});

test('verbose prints a line for each epoch', async () => {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  await build().fit(data, {
    ...online,
    epochs: 2,
    validation: data,
    verbose: 1,
    print,
    now: () => 0,
  });
  expect(lines).toEqual([
    expect.stringMatching(/^epoch 1\/2: loss [\d.e-]+, valLoss [\d.e-]+, 2 steps, 0\.0 s$/),
    expect.stringMatching(/^epoch 2\/2: loss/),
  ]);
});

describe('views: 2', () => {
  const augment = (x: Tensor): Tensor => add(x, scalar(0.1));
  const overViews = everyLoss.filter(
    ({ make }) => make().accepts.reference === 'needed' || make().accepts.labels === 'none',
  );
  test.each(overViews.map(({ name, make }) => [name, make] as const))(
    'trains with %s, without labels',
    async (_, make) => {
      const model = build(plain(), make());
      const { stepLoss } = await model.fit({ examples: data.examples }, { views: 2, augment });
      expect(stepLoss.every(Number.isFinite)).toBe(true);
    },
  );

  test('gives each view a draw of its own, and the same gradients in parts', async () => {
    const noise = (x: Tensor, random: { next(): number }): Tensor =>
      add(
        x,
        tensor(
          Float32Array.from({ length: x.size }, () => random.next()),
          x.shape,
        ),
      );
    const run = async (options: object): Promise<number[]> => {
      const model = build(plain(), simClrLoss({ temperature: 0.5 }));
      await model.fit(data, { views: 2, augment: noise, batchSize: 24, ...options });
      return weightsOf(model);
    };
    const whole = await run({});
    (await run({ subBatchSize: 24 })).forEach((weight, i) => {
      expect(weight).toBeCloseTo(whole[i] as number, 5);
    });
  });

  test('gives both views to a loss over labels, and measures held-out views', async () => {
    const model = build(plain(), supConLoss());
    const sizes: number[] = [];
    const history = await model.fit(data, {
      views: 2,
      augment: (x) => {
        sizes.push(x.shape[0] as number);
        return augment(x);
      },
      batchSize: 24,
      validation: clusters(12, 3, 2),
      validationMetrics: { count: (embeddings: Tensor2D) => embeddings.shape[0] },
    });
    expect(sizes.slice(0, 2)).toEqual([24, 24]);
    expect([history.valLoss.length, history.metrics['count']]).toEqual([1, [12]]);
  });

  test('leaves what a loss remembers as it was when views are held out', async () => {
    const run = async (validation?: typeof data): Promise<unknown> => {
      const loss = statefulViewLoss();
      const model = build(plain(), loss);
      const options = validation === undefined ? {} : { validation };
      await model.fit(data, { views: 2, augment, epochs: 2, ...options });
      return [weightsOf(model), await loss.state()];
    };
    expect(await run(clusters(12, 3, 2))).toEqual(await run());
  });
});

describe('The diagnosis sees that training and inference differ', () => {
  test.each([
    [0.99, true],
    [0.5, false],
  ])('with a momentum of %d', async (momentum, differs) => {
    const base = sequential({
      layers: [
        layers.dense({ inputShape: [4], units: 6, kernelInitializer: glorot(1) }),
        layers.batchNormalization({ momentum }),
        layers.dense({ units: 3, kernelInitializer: glorot(2) }),
      ],
    });
    const far = data.examples.map((value) => value - 3);
    const found: Diagnosis[] = [];
    await build(base).fit(
      { ...data, examples: far },
      { ...online, epochs: 16, onDiagnosis: (one) => found.push(one) },
    );
    const problems = found.map(({ problem }) => problem);
    expect(problems.includes('training and inference differ')).toBe(differs);
  });
});

describe('Normalization is part of the model', () => {
  const bytes = Uint8Array.from({ length: 96 }, (_, i) => (i * 37) % 256);
  const normalization = { scale: 0.5, mean: [8, 0, 4, 2], std: 4 };
  const byHand = Float32Array.from(bytes, (value, i) => {
    return (value * 0.5 - ([8, 0, 4, 2][i % 4] as number)) / 4;
  });

  test('fit, evaluate and embed on bytes are those on numbers normalized before', async () => {
    const raw = build(plain(), tripletMarginLoss(), { normalization });
    const ready = build();
    const { labels } = data;
    expect((await raw.fit({ examples: bytes, labels }, online)).stepLoss).toEqual(
      (await ready.fit({ examples: byHand, labels }, online)).stepLoss,
    );
    expect(weightsOf(raw)).toEqual(weightsOf(ready));
    expect(await raw.evaluate({ examples: bytes, labels })).toEqual(
      await ready.evaluate({ examples: byHand, labels }),
    );
    const [a, b] = [raw.embed(bytes), ready.embed(byHand)];
    expect(a.arraySync()).toEqual(b.arraySync());
    const embedder = createEmbedder(raw.base);
    expect(embedder.embed(bytes).arraySync()).toEqual(b.arraySync());
    expect(() => createEmbedder(raw.base, { std: 255 })).toThrow('trained with');
    expect(() => createEmbedder(ready.base, { std: 255 })).toThrow('trained with');
    expect(() => new TripletModel(raw.base, { normalization: { std: 2 } })).toThrow('trained with');
  });

  test('it is saved and loaded, and can be found by fit', async () => {
    const model = build(plain(), tripletMarginLoss(), { normalization: 'fit' });
    expect(() => model.normalization).toThrow('the first fit finds it');
    const examples = Float32Array.from(bytes, (value, i) => (i % 4 === 2 ? 7 : value));
    await model.fit({ examples, labels: data.labels }, online);
    const { mean, std } = model.normalization;
    const column = Array.from({ length: 24 }, (_, i) => examples[4 * i] as number);
    const average = column.reduce((sum, value) => sum + value, 0) / 24;
    const variance = column.reduce((sum, value) => sum + (value - average) ** 2, 0) / 24;
    expect((mean as number[])[0]).toBeCloseTo(average, 6);
    expect((std as number[])[0]).toBeCloseTo(Math.sqrt(variance), 6);
    expect([(mean as number[])[2], (std as number[])[2]]).toEqual([7, 1]);
    await model.save(join(folder, 'normalized'));
    const loaded = await TripletModel.load(join(folder, 'normalized', 'model.json'));
    expect(loaded.normalization).toEqual(model.normalization);
    expect(loaded.embed(examples).arraySync()).toEqual(model.embed(examples).arraySync());
  });
});

describe('One call frees a model', () => {
  test.each(zoo)('of %s', async (_, make) => {
    make().dispose(); // tfjs leaves the weights of a layer that stands in a network twice
    const left = memory().numTensors;
    make().dispose();
    const perBase = memory().numTensors - left;
    const { numTensors } = memory();
    const base = make();
    const model = build(base);
    await model.fit(data, online);
    model.dispose();
    model.dispose();
    const embedder = createEmbedder(base);
    embedder.embed(data.examples).dispose(); // the base is usable on its own
    base.dispose();
    expect(memory().numTensors).toBe(numTensors + perBase);
    expect(() => model.embed(data.examples)).toThrow('expected a model, got one that was disposed');
  });

  test('that was loaded, with its base', async () => {
    await build().save(join(folder, 'owned'));
    await expectNoLeak(async () => {
      const model = await TripletModel.load(`file://${join(folder, 'owned')}`);
      const dispose = (Symbol as { dispose?: symbol }).dispose;
      if (dispose === undefined) model.dispose();
      else (model as unknown as Record<symbol, () => void>)[dispose]?.();
    });
  });
});

describe('The parameters of a loss lie beside the weights', () => {
  test('in the same file, which tfjs itself can read', async () => {
    const loss = arcFaceLoss({ classes: 3, dims: 3 });
    const model = build(plain(), loss);
    await model.fit(data, online);
    const place = join(folder, 'large');
    await model.save(place);
    const artifacts = (await fileStore(place).load?.()) as io.ModelArtifacts;
    const bytes = new io.CompositeArrayBuffer(artifacts.weightData).byteLength;
    expect(bytes).toBe(4 * (model.base.countParams() + 9));
    const network = await loadLayersModel(fileStore(place));
    expect(network.countParams()).toBe(model.base.countParams());
    const { lossState } = await TripletModel.load(place);
    expect(lossState).toEqual(await loss.state());
    expect(JSON.stringify(artifacts.userDefinedMetadata).length).toBeLessThan(500);
  });

  test.each([
    ['stay where they were read, if they are most of the bytes', 500, true],
    ['are copied, if the network is', 3, false],
  ])('%s', async (_, classes, stay) => {
    const loss = arcFaceLoss({ classes, dims: 3 });
    const place = join(folder, `large-${classes}`);
    await build(plain(), loss).save(place);
    const artifacts = (await fileStore(place).load?.()) as io.ModelArtifacts;
    const [buffer] = artifacts.weightData as ArrayBuffer[];
    const { lossState } = await TripletModel.load({ load: async () => artifacts });
    expect(Object.values(lossState ?? {}).map(({ values }) => values.buffer === buffer)).toEqual([
      stay,
    ]);
    loss.restore(lossState as NonNullable<typeof lossState>);
    expect(await loss.state()).toEqual(lossState);
  });
});

describe('Labels and whole numbers are exact, or refused', () => {
  test('64-bit labels that fit, and names', async () => {
    const labels = BigInt64Array.from(data.labels, BigInt);
    const [a, b] = [build(), build()];
    await a.fit({ examples: data.examples, labels: labels as never }, online);
    await b.fit(data, online);
    expect(weightsOf(a)).toEqual(weightsOf(b));
    labels[1] = 2n ** 40n;
    await expect(a.fit({ examples: data.examples, labels: labels as never })).rejects.toThrow(
      '1099511627776 at index 1. Class ids have to be whole numbers: make them with encodeLabels',
    );
    const c = build();
    await c.fit({ examples: data.examples, labels: Array.from(data.labels, String) }, online);
    expect(weightsOf(c)).toEqual(weightsOf(b)); // names of classes, in the order in which they come
    expect(encodeLabels(['b', 'a', 'b'])).toEqual({
      labels: Int32Array.of(0, 1, 0),
      names: ['b', 'a'],
    });
    expect([...encodeLabels(['a', 'c'], ['b', 'a']).labels]).toEqual([1, 2]);
    expect(() => encodeLabels(['a'], {} as never)).toThrow(
      'encodeLabels: expected known to be an array, the names of an earlier call, got {}.',
    );
  });

  test('token ids beyond 2^24', async () => {
    const ids = Int32Array.from({ length: 96 }, (_, i) => 2 ** 24 + 1 + i);
    await expect(build().fit({ examples: ids, labels: data.labels })).rejects.toThrow(
      'got 16777217 in example 0',
    );
    await expect(
      build().fit({ examples: new BigInt64Array(96) as never, labels: data.labels }),
    ).rejects.toThrow('got a BigInt64Array');
  });
});
