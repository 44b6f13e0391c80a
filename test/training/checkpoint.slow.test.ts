import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getBackend, type Optimizer, train as optimizers } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CheckpointStore,
  createRandom,
  type Loss,
  marginLoss,
  mPerClassSampler,
  semiHardMiner,
  TripletModel,
  tripletLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { networkVariables } from '../../src/networks/networkState.ts';
import { checkpointFolder } from '../../src/node.ts';
import type { FitOptions } from '../../src/training/loop/trainOptions.ts';
import { glorot } from '../support/glorot.ts';
import { rings } from '../support/rings.ts';
import { weightsOf } from '../support/weightsOf.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
});
afterAll(() => rm(folder, { recursive: true }));

const build3 = (optimizer: Optimizer = optimizers.adam(0.01)): TripletModel => {
  const model = new TripletModel(
    sequential({
      layers: [
        layers.dense({
          inputShape: [2],
          units: 8,
          activation: 'relu',
          kernelInitializer: glorot(1),
        }),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.3 }),
        layers.dense({ units: 3, kernelInitializer: glorot(2) }),
      ],
    }),
  );
  model.compile({ optimizer, loss: tripletLoss(1) });
  return model;
};

const data = rings(90);
const plain: FitOptions = { epochs: 3, batchSize: 16, seed: 5, validation: rings(30, 3, 2) };

/** A store of a user's own, which knows `write` alone. */
function storeInMemory(): CheckpointStore {
  const kept = new Map<number, Uint8Array>();
  return {
    async write(number, bytes) {
      kept.set(number, bytes.slice());
    },
    list: async () => [...kept.keys()],
    read: async (number) => kept.get(number) as Uint8Array,
    async remove(number) {
      kept.delete(number);
    },
  };
}

/** Trains, stopped by a signal after `steps` steps. */
async function interrupted(model: TripletModel, steps: number, options: FitOptions): Promise<void> {
  const controller = new AbortController();
  let taken = 0;
  await model.fit(data, {
    ...options,
    signal: controller.signal,
    onStep: () => ++taken === steps && controller.abort(),
  });
}

describe('A run with checkpoints', () => {
  test.each([
    ['adam', () => optimizers.adam(0.01)],
    ['momentum', () => optimizers.momentum(0.01, 0.9)],
    ['sgd', () => optimizers.sgd(0.01)],
    ['rmsprop', () => optimizers.rmsprop(0.01)],
    ['adagrad', () => optimizers.adagrad(0.01)],
    ['adadelta', () => optimizers.adadelta(0.01)],
    ['adamax', () => optimizers.adamax(0.01)],
  ])(
    'that is stopped and resumed ends with the very weights of one that was not: %s',
    async (name, optimizer) => {
      const whole = build3(optimizer());
      const expected = await whole.fit(data, plain);

      const store = checkpointFolder(join(folder, name));
      await interrupted(build3(optimizer()), 8, { ...plain, checkpoint: { store } });
      const resumed = build3(optimizer());
      const history = await resumed.fit(data, { ...plain, checkpoint: { store, resume: true } });
      expect(weightsOf(resumed)).toEqual(weightsOf(whole));
      expect(history).toEqual(expected);
    },
  );

  test('that has ended does nothing when it is resumed', async () => {
    const store = checkpointFolder(join(folder, 'ended'));
    const model = build3();
    const expected = await model.fit(data, { ...plain, checkpoint: { store } });
    const again = build3();
    expect(await again.fit(data, { ...plain, checkpoint: { store, resume: true } })).toEqual(
      expected,
    );
    expect(weightsOf(again)).toEqual(weightsOf(model));
  });

  test('has the random triplets of a loss as well', async () => {
    for (const loss of [
      (): Loss => tripletMarginLoss({ tripletsPerAnchor: 2 }),
      (): Loss => marginLoss({ tripletsPerAnchor: 2, learnBeta: true }),
    ]) {
      const build = (): TripletModel => {
        const model = build3();
        model.compile({ optimizer: optimizers.adam(0.01), loss: loss() });
        return model;
      };
      const options = { ...plain, sampler: mPerClassSampler({ m: 4 }), batchSize: 12 };
      const whole = build();
      const expected = await whole.fit(data, options);
      const memoryStore = storeInMemory();
      await interrupted(build(), 4, { ...options, checkpoint: { store: memoryStore } });
      const resumed = build();
      const checkpoint = { store: memoryStore, resume: true };
      expect(await resumed.fit(data, { ...options, checkpoint })).toEqual(expected);
      expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    }
  });

  // simd has its values in WebAssembly's memory: reading them is a copy there
  test.runIf(getBackend() === 'cpu')('is written without a copy of its large arrays', async () => {
    const model = build3();
    const shared: number[] = [];
    const store = {
      ...storeInMemory(),
      async writeParts(_: number, parts: readonly Uint8Array[]): Promise<void> {
        const memories = new Set(
          networkVariables(model.base).map((one) => one.dataSync().buffer as ArrayBuffer),
        );
        shared.push(parts.filter(({ buffer }) => memories.has(buffer as ArrayBuffer)).length);
      },
    };
    await model.fit(data, { ...plain, epochs: 2, checkpoint: { store } });
    const arrays = networkVariables(model.base).length;
    expect(shared).toEqual([arrays, arrays]);
  });

  test('keeps the newest two', async () => {
    const place = join(folder, 'two');
    await build3().fit(data, {
      ...plain,
      checkpoint: { store: checkpointFolder(place), everySteps: 2 },
    });
    expect((await readdir(place)).sort()).toEqual(['checkpoint-16.bin', 'checkpoint-18.bin']);
  });

  test.each<[string, (path: string) => Promise<unknown>]>([
    ['cut', (path) => truncate(path, 500)],
    ['empty', (path) => truncate(path, 0)],
    [
      'with a changed byte',
      async (path) => {
        const bytes = await readFile(path);
        bytes[bytes.length - 100]! ^= 1;
        await writeFile(path, bytes);
      },
    ],
  ])('goes on from the one before when the newest is damaged: %s', async (name, damage) => {
    const whole = build3();
    await whole.fit(data, plain);
    const place = join(folder, `damaged-${name}`);
    const checkpoint = { store: checkpointFolder(place), everySteps: 3 };
    await interrupted(build3(), 8, { ...plain, checkpoint });
    await damage(join(place, 'checkpoint-8.bin'));

    const messages: string[] = [];
    const resumed = build3();
    await resumed.fit(data, {
      ...plain,
      checkpoint: {
        ...checkpoint,
        resume: true,
        onDamaged: (error) => messages.push(error.message),
      },
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /^checkpoint 8: expected the bytes of a tfjs-metric-learning checkpoint 1, got (bytes with another checksum|\d+ bytes of another kind)/,
      ),
    ]);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  test('refuses to begin anew where one is kept, and to resume with other options', async () => {
    const store = checkpointFolder(join(folder, 'refused'));
    await interrupted(build3(), 4, { ...plain, checkpoint: { store } });
    await expect(build3().fit(data, { ...plain, checkpoint: { store } })).rejects.toThrow(
      'TripletModel.fit: expected a store without checkpoints for a new run, got 1 of an earlier run, the newest after step 4. Pass resume: true to go on from there, or use another store for the new run.',
    );
    await expect(
      build3().fit(data, { ...plain, seed: 6, checkpoint: { store, resume: true } }),
    ).rejects.toThrow(
      'TripletModel.fit: expected to resume a run with the same seed, got seed 6, and 5 in the checkpoint.',
    );
  });

  test.each<[string, () => TripletModel, FitOptions, typeof data, string]>([
    ['optimizer', () => build3(optimizers.sgd(0.01)), {}, data, 'optimizer SGD, and Adam in the'],
    [
      'loss',
      () => {
        const model = build3();
        model.compile({ optimizer: optimizers.adam(0.01), loss: tripletMarginLoss() });
        return model;
      },
      {},
      data,
      'loss tripletMarginLoss, and ',
    ],
    ['miner', build3, { miner: semiHardMiner() }, data, 'miner semiHardMiner, and none in the'],
    [
      'labels',
      build3,
      {},
      { ...data, labels: data.labels.map((label) => (label + 1) % 3) },
      'the same checksum of the labels',
    ],
  ])('is not resumed with another %s', async (name, make, other, examples, message) => {
    const store = checkpointFolder(join(folder, `other-${name}`));
    await interrupted(build3(), 4, { ...plain, checkpoint: { store } });
    const checkpoint = { store, resume: true };
    await expect(make().fit(examples, { ...plain, ...other, checkpoint })).rejects.toThrow(message);
  });

  test('cannot be kept where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = checkpointFolder(join(folder, 'file', 'deep'));
    await expect(build3().fit(data, { ...plain, checkpoint: { store } })).rejects.toThrow(
      /checkpointFolder: expected to (list|write into) .*deep, got ENOTDIR/,
    );
  });
});

describe('A process that is killed at random moments', () => {
  test('ends, after as many resumes as it takes, with the weights of one that was left alone', async () => {
    // Inside node_modules, where the program finds its packages.
    const program = 'node_modules/.cache/tfjs-metric-learning/killedProgram.mjs';
    await build({
      entryPoints: [new URL('./killedProgram.ts', import.meta.url).pathname],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      packages: 'external',
    });
    const start = (place: string): ChildProcess =>
      spawn(process.execPath, [program, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    const printed = async (child: ChildProcess): Promise<string> => {
      let text = '';
      for await (const chunk of child.stdout ?? []) text += chunk;
      return text.trim();
    };

    const began = performance.now();
    const expected = await printed(start(join(folder, 'alone')));
    const wholeTime = performance.now() - began;
    expect(expected).toMatch(/^[0-9a-f]{64}$/);

    const kill = (child: ChildProcess): boolean => child.kill('SIGKILL');
    const random = createRandom(1);
    const place = join(folder, 'killed');
    let kills = 0;
    for (;;) {
      const child = start(place);
      const result = printed(child);
      // The first is killed after its first checkpoint, however busy the machine is; the others at a random moment.
      const killer =
        kills === 0
          ? setInterval(() => existsSync(place) && readdirSync(place).length && kill(child), 5)
          : setTimeout(() => kill(child), (0.4 + 0.5 * random.next()) * wholeTime);
      const text = await result;
      clearTimeout(killer);
      if (text !== '') {
        expect(text).toBe(expected);
        break;
      }
      kills++;
      expect(kills).toBeLessThan(60);
    }
    expect(kills).toBeGreaterThan(0);
  }, 240_000);
});
