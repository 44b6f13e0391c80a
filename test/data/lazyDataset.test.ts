import { add, memory, scalar, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import {
  createIndex,
  createRecognizer,
  embedDataset,
  type LazyDataset,
  mPerClassSampler,
  report,
  simClrLoss,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';
import { weightsOf } from '../support/weightsOf.ts';

const data = rings(48);

const build = (): TripletModel => {
  const base = layers.dense({ inputShape: [2], units: 3, kernelInitializer: glorot(1) });
  const model = new TripletModel(sequential({ layers: [base] }));
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  return model;
};

const rowsAt = (indices: Int32Array): Float32Array =>
  Float32Array.from([...indices].flatMap((i) => [...data.examples.subarray(2 * i, 2 * i + 2)]));

/** The rings, read with a pause; as arrays or as tensors. */
const lazy = (as: 'array' | 'tensor' = 'array'): LazyDataset => ({
  count: 48,
  shape: [2],
  labels: data.labels,
  async pick(indices) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const rows = rowsAt(indices);
    return as === 'array' ? rows : tensor2d(rows, [indices.length, 2]);
  },
});

describe('A lazy data set', () => {
  test.each(['array', 'tensor'] as const)(
    'trains as the same examples from memory do: %s',
    async (as) => {
      const [read, held] = [build(), build()];
      const options = { epochs: 2, batchSize: 8 };
      const history = await read.fit(lazy(as), { ...options, validation: lazy(as) });
      expect(history).toEqual(await held.fit(data, { ...options, validation: data }));
      expect(weightsOf(read)).toEqual(weightsOf(held));
      expect(await read.evaluate(lazy(as))).toEqual(await held.evaluate(data));
    },
  );

  test('serves batches of classes, two views, and a normalization that fit finds', async () => {
    const run = async (set: LazyDataset | typeof data): Promise<unknown> => {
      const base = layers.dense({ inputShape: [2], units: 3, kernelInitializer: glorot(1) });
      const model = new TripletModel(sequential({ layers: [base] }), { normalization: 'fit' });
      model.compile({ optimizer: 'adam', loss: simClrLoss() });
      const augment = (x: Tensor): Tensor => add(x, scalar(0.1));
      const options = { views: 2 as const, augment, validation: set, batchSize: 16 };
      const views = await model.fit(set, options);
      model.compile({ optimizer: 'adam', loss: tripletMarginLoss() });
      return [
        views,
        await model.fit(set, { sampler: mPerClassSampler({ m: 4 }) }),
        weightsOf(model),
      ];
    };
    expect(await run(lazy())).toEqual(await run(data));
  });

  test('may be of a class with fields of its own, and have names as labels', async () => {
    class Rings implements LazyDataset {
      #read = 0;
      readonly count = 48;
      readonly shape = [2];
      get labels(): string[] {
        return Array.from(data.labels, (label) => `ring ${label}`);
      }
      pick(indices: Int32Array): Float32Array {
        this.#read += indices.length;
        return rowsAt(indices);
      }
    }
    const [model, held] = [build(), build()];
    expect(await model.fit(new Rings(), { validation: new Rings() })).toEqual(
      await held.fit(data, { validation: data }),
    );
    expect(model.names).toEqual(['ring 0', 'ring 1', 'ring 2']);
  });

  test('reads the next batch while this one is trained on, and none twice', async () => {
    const log: string[] = [];
    const model = build();
    model.compile({ optimizer: 'adam', loss: tripletMarginLoss() });
    const set: LazyDataset = {
      ...lazy(),
      pick(indices) {
        log.push('read');
        return rowsAt(indices);
      },
    };
    const sampler = mPerClassSampler({ m: 4, length: 36 });
    await model.fit(set, { sampler, batchSize: 12, onStep: () => void log.push('step') });
    expect(log).toEqual(['read', 'read', 'step', 'read', 'step', 'step']);
  });

  test('is embedded, enrolled and reported on', async () => {
    const model = build();
    const embeddings = await embedDataset(model, lazy(), { batchSize: 20 });
    const held = model.embed(data.examples);
    expect(embeddings).toEqual({ shape: [48, 3], data: await held.data() });
    held.dispose();
    const index = createIndex({ model });
    const recognizer = createRecognizer({ model, index, threshold: 1 });
    expect(await recognizer.enrol('ring', lazy())).toHaveLength(48);
    const [page, same] = [await report(model, lazy()), await report(model, data)];
    expect(page).toBe(same);
  });

  test('keeps no tensor, whether a run ends, is left or fails', async () => {
    const model = build();
    await model.fit(lazy('tensor'));
    const fails: LazyDataset = {
      ...lazy('tensor'),
      async pick(indices) {
        if (memory().numTensors % 2 === 0 || indices.length < 9) throw new Error('disk gone');
        return tensor2d(rowsAt(indices), [indices.length, 2]);
      },
    };
    await expectNoLeak(async () => {
      await model.fit(lazy('tensor'), { batchSize: 4, validation: lazy('tensor') });
      for await (const _ of model.train(lazy('tensor'), { batchSize: 4 })) break;
      await embedDataset(model, lazy('tensor'), { batchSize: 7 });
      await expect(model.fit(fails, { batchSize: 2 })).rejects.toThrow('disk gone');
    });
  });

  test('stops embedding when its signal is aborted', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const embedding = embedDataset(build(), lazy(), {
      batchSize: 10,
      signal: controller.signal,
      onProgress(done) {
        seen.push(done);
        if (done === 20) controller.abort(new Error('enough'));
      },
    });
    await expect(embedding).rejects.toThrow('enough');
    expect(seen).toEqual([10, 20]);
  });
});

describe('A lazy data set is refused', () => {
  const whole = lazy();
  test.each<[string, Partial<Record<keyof LazyDataset, unknown>>, string]>([
    ['without a count', { count: undefined }, 'expected a lazy data set with its count'],
    ['of no examples', { count: 0 }, 'whole numbers >= 1, got count 0, shape [2].'],
    ['without a shape', { shape: undefined }, 'got count 48, shape undefined.'],
    [
      'of another shape',
      { shape: [3] },
      'expected examples of shape [2], got a lazy data set of shape [3].',
    ],
    [
      'with too few labels',
      { labels: [0, 1] },
      'expected one label per example (48), got labels of length 2.',
    ],
    [
      'that gives too few examples',
      { pick: () => new Float32Array(2) },
      'TripletModel.fit (pick): expected 24 examples, one for each index, got 1.',
    ],
    [
      'that gives examples of another shape',
      { pick: (indices: Int32Array) => new Float32Array(3 * indices.length + 1) },
      'TripletModel.fit (pick): expected whole examples of shape [2]',
    ],
    [
      'that gives NaN',
      { pick: (indices: Int32Array) => new Float32Array(2 * indices.length).fill(Number.NaN) },
      /expected examples of finite numbers, got NaN in example \d+\./,
    ],
    [
      'that cannot be read',
      { pick: () => Promise.reject(new Error('EIO: i/o error')) },
      /TripletModel\.fit \(pick\): expected to read 24 examples, the first of them example \d+, got EIO: i\/o error\./,
    ],
  ] as [string, object, string][])('%s', async (_, wrong, message) => {
    const set = { ...whole, ...wrong } as LazyDataset;
    await expect(build().fit(set, { batchSize: 8 })).rejects.toThrow(message);
  });

  test('where examples have to be in memory, with the way to embed it', () => {
    expect(() => build().embed(whole as never)).toThrow(
      'TripletModel.embed: expected examples in memory, got a lazy data set. Embed it with await embedDataset(model, data).',
    );
  });

  test('embedDataset says how examples in memory are embedded', async () => {
    const examples = tensor2d([[1, 2]]);
    await expect(embedDataset(build(), examples as never)).rejects.toThrow(
      'embedDataset: expected a lazy data set, { count, shape, labels, pick }, got a tensor of shape [1,2], float32. Examples in memory are embedded by model.embed(examples).',
    );
    examples.dispose();
  });
});
