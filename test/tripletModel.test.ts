import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  memory,
  ones,
  train as optimizers,
  type Tensor,
  tensor,
  tensor2d,
  zeros,
} from '@tensorflow/tfjs-core';
import {
  model as functional,
  input,
  type LayersModel,
  layers,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  consecutiveTripletsSampler,
  type Dataset,
  mPerClassSampler,
  randomTripletsSampler,
  TripletModel,
  tripletLoss,
} from '../src/index.ts';
import { expectClose } from './support/expectClose.ts';
import { expectNoLeak } from './support/expectNoLeak.ts';
import { glorot } from './support/glorot.ts';
import { rings } from './support/rings.ts';
import { weightsOf } from './support/weightsOf.ts';

const denseBase = (): LayersModel =>
  sequential({
    layers: [
      layers.dense({
        inputShape: [2],
        units: 16,
        activation: 'relu',
        kernelInitializer: glorot(1),
      }),
      layers.dropout({ rate: 0.1 }),
      layers.dense({ units: 4, kernelInitializer: glorot(2) }),
    ],
  });

const compiled = (base: LayersModel = denseBase()): TripletModel => {
  const model = new TripletModel(base);
  model.compile({ optimizer: optimizers.adam(0.01), loss: tripletLoss(1) });
  return model;
};

describe('TripletModel.network', () => {
  const model = new TripletModel(denseBase());

  test('has three inputs and the concatenated output', () => {
    expect(model.network.inputNames).toEqual(['anc_input', 'pos_input', 'neg_input']);
    expect(model.network.inputs.map(({ shape }) => shape)).toEqual([
      [null, 2],
      [null, 2],
      [null, 2],
    ]);
    expect(model.network.outputs.map(({ shape }) => shape)).toEqual([[null, 12]]);
    expect(model.dims).toBe(4);
  });

  test('shares one set of weights', () => {
    expect(model.network.countParams()).toBe(model.base.countParams());
    const x = tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const [same, once] = [
      model.network.predict([x, x, x]) as Tensor,
      model.base.predict(x) as Tensor,
    ];
    const [rows, row] = [same.arraySync() as number[][], once.arraySync() as number[][]];
    for (const i of [0, 1]) expect(rows[i]).toEqual([...row[i]!, ...row[i]!, ...row[i]!]);
  });

  test('prints a table headed as Keras does', () => {
    const lines: string[] = [];
    model.summary(100, undefined, (line) => lines.push(line));
    const table = lines.join('\n');
    expect(table).toContain('Connected to');
    expect(table).toMatch(/concatenate.*\[null,12\]/);
    for (const name of ['anc_input', 'pos_input', 'neg_input'])
      expect(table).toContain(`${name}[0][0]`);
  });

  test('is an ordinary tfjs model: fits a data set, evaluates, predicts', async () => {
    const { network } = compiled();
    const xs = { anc_input: ones([8, 2]), pos_input: ones([8, 2]), neg_input: zeros([8, 2]) };
    const ys = zeros([8, 12]);
    const evaluated = (): number =>
      (network.evaluate(Object.values(xs), ys) as Tensor).dataSync()[0] as number;
    const before = evaluated();
    const { history } = await network.fit(xs, ys, { epochs: 3, verbose: 0 });
    expect(history['loss']).toHaveLength(3);
    expect(before).toBeGreaterThan(0);
    expect(evaluated()).toBeLessThan(before);

    // The value is the triplet loss of what the network predicts.
    const [embedded] = (network.predict(Object.values(xs)) as Tensor).arraySync() as number[][];
    const [a, p, n] = [0, 4, 8].map((at) => (embedded as number[]).slice(at, at + 4)) as [
      number[],
      number[],
      number[],
    ];
    const squared = (to: number[]): number => a.reduce((sum, v, i) => sum + (v - to[i]!) ** 2, 0);
    expect(evaluated()).toBeCloseTo(Math.max(0, squared(p) - squared(n) + 1), 5);
  });
});

describe('TripletModel.fit', () => {
  const data = rings(120);
  const held = rings(60, 3, 2);

  test('learns to tell classes apart that no line separates', async () => {
    const model = compiled();
    const before = await model.evaluate(held);
    const history = await model.fit(data, { epochs: 20, batchSize: 16, validation: held });
    const after = await model.evaluate(held);
    expect(history.loss).toHaveLength(20);
    expect(history.valLoss).toHaveLength(20);
    expect(history.stopped).toBe(false);
    expect(history.loss.at(-1)).toBeLessThan(0.25 * (history.loss[0] as number));
    expect(before.triplets.accuracy).toBeLessThan(0.9);
    expect(after.triplets.accuracy).toBeGreaterThan(0.97);
    expectClose([after.loss], [history.valLoss.at(-1) as number], { relative: 1, absolute: 0.2 });
  });

  test('takes the same steps as the plain tfjs model does', async () => {
    const build = (): LayersModel =>
      sequential({
        layers: [layers.dense({ inputShape: [2], units: 3, kernelInitializer: glorot(3) })],
      });
    const ours = new TripletModel(build());
    ours.compile({ optimizer: optimizers.sgd(0.05), loss: tripletLoss(1) });
    const plain = new TripletModel(build());
    plain.compile({ optimizer: optimizers.sgd(0.05), loss: tripletLoss(1) });

    const examples = Float32Array.of(1, 0, 0.5, 0.5, -1, 2, 0, -1);
    const labels = [0, 0, 1, 1];
    const [a, p, n] = [
      [0, 2],
      [1, 3],
      [2, 0],
    ] as [number[], number[], number[]];
    const sampler = {
      kind: 'triplets' as const,
      name: 'given',
      sample: () => ({
        anchor: Int32Array.from(a),
        positive: Int32Array.from(p),
        negative: Int32Array.from(n),
      }),
    };
    const history = await ours.fit({ examples, labels }, { sampler, epochs: 5 });

    const rows = (indices: number[]): Tensor =>
      tensor2d(indices.map((i) => [examples[2 * i] as number, examples[2 * i + 1] as number]));
    const losses: number[] = [];
    for (let step = 0; step < 5; step++) {
      losses.push(
        (await plain.network.trainOnBatch([rows(a), rows(p), rows(n)], zeros([2, 9]))) as number,
      );
    }
    expectClose(history.loss, losses);
    expectClose(weightsOf(ours), weightsOf(plain));
  });

  test('gives the same weights for the same seed, bit for bit, and others for another', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const model = compiled();
      await model.fit(data, { epochs: 2, seed });
      return weightsOf(model);
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  test('leaves Math.random as it was', async () => {
    const { random } = Math;
    await compiled().fit(data, { seed: 3 });
    expect(Math.random).toBe(random);
  });

  test('keeps no tensor: memory after two epochs is that after the first steps', async () => {
    const model = compiled();
    const counts: number[] = [];
    await model.fit(data, {
      epochs: 2,
      validation: held,
      onStep: () => void counts.push(memory().numTensors),
    });
    expect(new Set(counts.slice(1)).size).toBe(1);
    expect(memory().numTensors).toBe(counts.at(-1));
  });

  test('tells each step and each epoch', async () => {
    const steps: number[] = [];
    const epochs: (number | undefined)[] = [];
    let clock = 0;
    await compiled().fit(data, {
      epochs: 2,
      batchSize: 50,
      now: () => (clock += 10),
      onStep: ({ step, steps: all, active, embeddingNorm, stepsPerSecond, secondsLeft }) => {
        steps.push(step);
        expect(all).toBe(3);
        expect(active).toBeGreaterThan(0);
        expect(active).toBeLessThanOrEqual(1);
        expect(embeddingNorm).toBeGreaterThan(0);
        expect(stepsPerSecond).toBeGreaterThan(0);
        expect(secondsLeft).toBeGreaterThanOrEqual(0);
      },
      onEpoch: ({ epoch, valLoss }) => {
        epochs.push(epoch);
        expect(valLoss).toBeUndefined();
      },
    });
    expect(steps).toEqual([1, 2, 3, 1, 2, 3]);
    expect(epochs).toEqual([1, 2]);
  });

  test('stops after the step during which the signal is aborted, and keeps what was learned', async () => {
    const model = compiled();
    const before = weightsOf(model);
    const controller = new AbortController();
    const history = await model.fit(data, {
      epochs: 5,
      signal: controller.signal,
      onStep: ({ step }) => step === 2 && controller.abort(),
    });
    expect(history.stopped).toBe(true);
    expect(history.stepLoss).toHaveLength(2);
    expect(weightsOf(model)).not.toEqual(before);
  });

  test('can be read as a stream, and left at any step', async () => {
    const model = compiled();
    let seen = 0;
    for await (const event of model.train(data, { epochs: 3 })) {
      expect(event.kind).toBe('step');
      if (++seen === 2) break;
    }
    expect(seen).toBe(2);
  });

  test('follows a learning rate schedule', async () => {
    const optimizer = optimizers.adam(0.01);
    const model = new TripletModel(denseBase());
    model.compile({ optimizer, loss: tripletLoss(1) });
    const before = weightsOf(model);
    await model.fit(data, { learningRate: () => 0 });
    expect(weightsOf(model)).toEqual(before);
    await model.fit(data, { learningRate: (step) => 0.1 / (1 + step) });
    expect(weightsOf(model)).not.toEqual(before);
  });

  test('stops with the weights of the step before when the loss is not finite', async () => {
    const model = new TripletModel(denseBase());
    model.compile({ optimizer: optimizers.sgd(1e20), loss: tripletLoss(1) });
    const seen: number[][] = [];
    const run = model.fit(data, { epochs: 3, onStep: () => void seen.push(weightsOf(model)) });
    await expect(run).rejects.toThrow(
      /TripletModel.fit: expected a finite loss and finite gradients, got loss (NaN|Infinity) at step \d+ of epoch 1/,
    );
    expect(weightsOf(model)).toEqual(seen.at(-1));
  });

  test('freezes what is not trainable, and adds regularization losses', async () => {
    const base = denseBase();
    base.layers[0]!.trainable = false;
    const frozen = base.layers[0]!.getWeights()[0]!.dataSync();
    await compiled(base).fit(data);
    expect(base.layers[0]!.getWeights()[0]!.dataSync()).toEqual(frozen);
  });
});

describe('TripletModel takes', () => {
  const labels = Int32Array.from({ length: 24 }, (_, i) => i % 3);
  const image = (shape: number[]): Tensor => {
    const size = shape.reduce((product, n) => product * n, 1);
    return tensor(
      Float32Array.from({ length: 24 * size }, (_, i) => (Math.floor(i / size) % 3) + Math.sin(i)),
      [24, ...shape],
    );
  };
  const cnn = (): LayersModel =>
    sequential({
      layers: [
        layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.batchNormalization(),
        layers.flatten(),
        layers.dense({ units: 5 }),
      ],
    });
  const gru = (length: number | null): LayersModel => {
    const words = input({ shape: [length, 3] });
    return functional({
      inputs: words,
      outputs: layers
        .gru({ units: 6, recurrentInitializer: 'glorotNormal' })
        .apply(words) as SymbolicTensor,
    });
  };
  const tokens = (): LayersModel =>
    sequential({
      layers: [
        layers.embedding({ inputDim: 10, outputDim: 4, inputLength: 6 }),
        layers.globalAveragePooling1d({}),
      ],
    });

  test.each<[string, LayersModel, Dataset['examples'], number]>([
    ['a CNN on a tensor of images', cnn(), image([8, 8, 1]), 5],
    ['a CNN on bytes', cnn(), Uint8Array.from({ length: 24 * 64 }, (_, i) => i % 251), 5],
    ['a CNN on floats', cnn(), Float32Array.from({ length: 24 * 64 }, (_, i) => Math.sin(i)), 5],
    ['a GRU on sequences', gru(5), image([5, 3]), 6],
    ['a GRU on a tensor of sequences of open length', gru(null), image([7, 3]), 6],
    [
      'an embedding layer on token ids',
      tokens(),
      Int32Array.from({ length: 24 * 6 }, (_, i) => i % 10),
      4,
    ],
  ])('%s', async (_, base, examples, dims) => {
    const model = compiled(base);
    const { loss } = await model.fit(
      { examples, labels },
      { epochs: 2, batchSize: 8, sampler: randomTripletsSampler() },
    );
    expect(loss.every(Number.isFinite)).toBe(true);
    const embeddings = model.embed(examples);
    expect(embeddings.shape).toEqual([24, dims]);
    embeddings.dispose();
  });
});

describe('TripletModel.embed', () => {
  test('gives the base`s own predictions, whatever the batch size, and leaks nothing', () => {
    const model = new TripletModel(denseBase());
    const { examples } = rings(50);
    const expected = model.base.predict(tensor(examples, [50, 2])) as Tensor;
    expectNoLeak(() => {
      for (const batchSize of [1, 7, 50, 100]) {
        const embeddings = model.embed(examples, { batchSize });
        expectClose(embeddings.dataSync(), expected.dataSync());
        embeddings.dispose();
      }
    });
  });
});

describe('TripletModel.save and load', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'triplet-model-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const saved = async (
    name: string,
  ): Promise<{ model: TripletModel; path: string; url: string }> => {
    const model = new TripletModel(denseBase());
    const path = join(folder, name, 'deep');
    await model.save(`file://${path}`);
    return { model, path, url: `file://${path}` };
  };

  test('bring back the same embeddings', async () => {
    const { model, url } = await saved('same');
    const loaded = await TripletModel.load(url);
    expect(weightsOf(loaded)).toEqual(weightsOf(model));
    expect(loaded.network.outputs[0]!.shape).toEqual([null, 12]);
    const { examples } = rings(9);
    expect([...loaded.embed(examples).dataSync()]).toEqual([...model.embed(examples).dataSync()]);
  });

  test('replace an earlier model, and leave nothing behind', async () => {
    const { path, url } = await saved('replaced');
    const other = compiled();
    await other.fit(rings(30));
    await other.save(url);
    expect(weightsOf(await TripletModel.load(url))).toEqual(weightsOf(other));
    expect((await readdir(path)).sort()).toEqual([
      'model.json',
      expect.stringMatching(/^weights\.[0-9a-f]{16}\.bin$/),
    ]);
  });

  test.each<[string, (path: string, weights: string) => Promise<unknown>, RegExp]>([
    [
      'without model.json',
      (path) => rm(join(path, 'model.json')),
      /to hold a whole model .*ENOENT.*model\.json/s,
    ],
    [
      'with a cut model.json',
      (path) => truncate(join(path, 'model.json'), 100),
      /got a model\.json that is no JSON\. Save the model again, or check the path\./,
    ],
    [
      'with another JSON',
      (path) => writeFile(join(path, 'model.json'), '{}'),
      /got a model\.json without modelTopology or weightsManifest/,
    ],
    [
      'with cut weights',
      (_, weights) => truncate(weights, 10),
      /got weights with another checksum/,
    ],
    [
      'with a changed byte',
      async (_, weights) => {
        const bytes = await readFile(weights);
        bytes[5]! ^= 1;
        await writeFile(weights, bytes);
      },
      /got weights with another checksum/,
    ],
    ['without weights', (_, weights) => rm(weights), /ENOENT/],
  ])('refuse a folder %s', async (name, damage, message) => {
    const { path, url } = await saved(name.replaceAll(/\W/g, '-'));
    const weights = (await readdir(path)).find((file) => file.endsWith('.bin')) as string;
    await damage(path, join(path, weights));
    await expect(TripletModel.load(url)).rejects.toThrow(message);
  });

  test('refuse a place that cannot be written, and a scheme nobody knows', async () => {
    const model = new TripletModel(denseBase());
    await writeFile(join(folder, 'a-file'), '');
    await expect(model.save(`file://${join(folder, 'a-file', 'model')}`)).rejects.toThrow(
      /fileStore: expected to write a model into .*a-file.*, got (ENOTDIR|EEXIST)/,
    );
    await expect(TripletModel.load('nowhere://x')).rejects.toThrow(
      /TripletModel.load: expected a tfjs model at nowhere:\/\/x, got /,
    );
  });
});

describe('Bad input', () => {
  const twoInputs = (): LayersModel => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    return functional({ inputs: [a, b], outputs: layers.add().apply([a, b]) as SymbolicTensor });
  };

  test.each<[string, () => unknown, string]>([
    [
      'several inputs',
      twoInputs,
      'TripletModel: expected base to have one input and one output, got 2 inputs and 1 outputs.',
    ],
    [
      'an output that is no matrix',
      () =>
        sequential({
          layers: [layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 })],
        }),
      'TripletModel: expected base to have an output of shape [batch, dims], got [any, 6, 6, 2]. End it with flatten()',
    ],
    [
      'no layers',
      () => sequential(),
      'got a Sequential model without layers. Add some, the first one with an inputShape.',
    ],
    ['no model', () => ({}), 'TripletModel: expected base to be a tfjs LayersModel, got {}.'],
    ['nothing', () => undefined, 'expected base to be a tfjs LayersModel, got undefined.'],
  ])('a base with %s is refused', (_, base, message) => {
    expect(() => new TripletModel(base() as LayersModel)).toThrow(message);
  });

  const { examples, labels } = rings(12);
  const spoiled = (value: number): Float32Array => examples.slice().fill(value, 7, 8);
  const attempt =
    (data: Partial<Dataset>, options = {}) =>
    () =>
      compiled().fit({ examples, labels, ...data }, options);

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'fewer labels than examples',
      attempt({ labels: [0, 1] }),
      'TripletModel.fit: expected one label per example (12), got labels of length 2.',
    ],
    [
      'labels that are no whole numbers',
      attempt({ labels: Array.from(labels, (id) => id + 0.5) }),
      'expected labels to be integer class ids, got 0.5 at index 0.',
    ],
    [
      'one class only',
      attempt({ labels: new Array(12).fill(3) }),
      'consecutiveTripletsSampler: expected labels of at least two classes (a negative is of another class than its anchor), got class 3 only.',
    ],
    [
      'a class with one example',
      attempt({ labels: Array.from(labels, (id, i) => (i === 4 ? 9 : id)) }),
      'got one example of class 9, at index 4.',
    ],
    [
      'examples of another shape',
      attempt({ examples: zeros([12, 3]) }),
      'TripletModel.fit: expected examples of shape [count, 2], got a tensor of shape [12, 3].',
    ],
    [
      'a broken example',
      attempt({ examples: examples.subarray(1) }),
      'expected whole examples of shape [2], 2 values each, got 23 values.',
    ],
    [
      'no examples',
      attempt({ examples: new Float32Array(0), labels: [] }),
      'expected at least one example, got none.',
    ],
    [
      'examples of another kind',
      attempt({ examples: [1, 2] as never }),
      'expected examples as a tensor, Float32Array, Uint8Array, Uint8ClampedArray or Int32Array, got [1,2].',
    ],
    [
      'NaN among the examples',
      attempt({ examples: spoiled(Number.NaN) }),
      'TripletModel.fit: expected examples of finite numbers, got NaN in example 3.',
    ],
    [
      'Infinity in a tensor',
      attempt({ examples: tensor(spoiled(Number.POSITIVE_INFINITY), [12, 2]) }),
      'expected examples of finite numbers, got NaN or Infinity in example 3.',
    ],
    [
      'NaN in the validation set',
      attempt({}, { validation: { examples: spoiled(Number.NaN), labels } }),
      'TripletModel.fit (validation): expected examples of finite numbers',
    ],
    [
      'a batch size of 0',
      attempt({}, { batchSize: 0 }),
      'TripletModel.fit: expected batchSize to be a whole number >= 1, got batchSize: 0.',
    ],
    [
      'half an epoch',
      attempt({}, { epochs: 0.5 }),
      'expected epochs to be a whole number >= 1, got epochs: 0.5.',
    ],
    [
      'a seed that is none',
      attempt({}, { seed: -1 }),
      'expected seed to be a whole number >= 0, got seed: -1.',
    ],
    [
      'a learning rate of NaN',
      attempt({}, { learningRate: () => Number.NaN }),
      'learningRate: expected a finite number >= 0, got NaN.',
    ],
    [
      'batches without a miner for tripletLoss',
      attempt({}, { sampler: mPerClassSampler({ m: 2 }), batchSize: 6 }),
      'TripletModel.fit: expected triplets for a loss on concatenated embeddings (tripletLoss), got a sampler of batches without a miner.',
    ],
    [
      'a model that is not compiled',
      () => new TripletModel(denseBase()).fit({ examples, labels }),
      'TripletModel.fit: expected a compiled model, got one without optimizer and loss.',
    ],
    [
      'a loss that is none',
      async () =>
        new TripletModel(denseBase()).compile({ optimizer: 'adam', loss: 'mse' as never }),
      'TripletModel.compile: expected loss to be tripletLoss(..), a batch loss, or a function (yTrue, yPred) => tensor, got loss: "mse".',
    ],
    [
      'a network output not divisible by 3',
      async () => {
        const plain = sequential({ layers: [layers.dense({ inputShape: [2], units: 4 })] });
        plain.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
        await plain.trainOnBatch(zeros([1, 2]), zeros([1, 4]));
      },
      'tripletLoss: expected an output of shape [batch, 3 * dims] (anchor, positive, negative), got shape [1,4].',
    ],
  ])('%s is refused before a step is taken', async (_, run, message) => {
    const before = memory().numTensors;
    await expect(run()).rejects.toThrow(message);
    expect(memory().numTensors - before).toBeLessThan(20); // the model and the test's own tensors
  });

  test('the default sampler is the consecutive one', async () => {
    const model = compiled();
    const one = await model.fit({ examples, labels });
    const other = await compiled().fit(
      { examples, labels },
      { sampler: consecutiveTripletsSampler() },
    );
    expect(one.loss).toEqual(other.loss);
  });
});
