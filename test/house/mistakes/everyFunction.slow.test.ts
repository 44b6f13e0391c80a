import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scalar, Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as backend from '../../../src/backend.ts';
import { MetricLearningError } from '../../../src/errors/metricLearningError.ts';
import * as library from '../../../src/index.ts';
import * as node from '../../../src/node.ts';
import { everyLoss } from '../../support/everyLoss.ts';
import { everySampler } from '../../support/everySampler.ts';
import { statefulLosses } from '../../support/statefulLosses.ts';

const tensors: Tensor[] = [tensor2d([[1, 2, 3]]), scalar(1)];
const here = process.cwd();
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nonsense-'));
  process.chdir(folder); // 'x' is the path of a file, too
});
afterAll(() => {
  process.chdir(here);
  rmSync(folder, { recursive: true });
  for (const one of tensors) one.dispose();
});

/** What a program without types may pass by mistake. */
const nonsense: readonly unknown[] = [
  undefined,
  null,
  0,
  Number.NaN,
  -1,
  '',
  'x',
  true,
  12n,
  {},
  [],
  [[]],
  [null],
  [1, 'a'],
  [[1, 2], [3]],
  { length: 2 },
  { dims: 2 },
  { data: Float32Array.of(1, 2), shape: [1, 2] },
  new Uint8Array(0),
  Uint8Array.of(1, 2, 3),
  new Float32Array(3),
  new Date(0),
  new Map(),
  () => 1,
  ...tensors,
];
const calls: readonly (readonly unknown[])[] = [
  [],
  ...nonsense.flatMap((value) => [[value], [value, value], [value, {}], [tensors[0], value]]),
];

/** Errors of JavaScript's and of TensorFlow.js that calls end with, each kind once. */
async function bareErrors(name: string, call: (args: readonly unknown[]) => unknown) {
  const bare = new Set<string>();
  for (const args of calls) {
    try {
      const answer = await call(args);
      const events = answer as Partial<AsyncIterable<unknown>> | null | undefined;
      if (events?.[Symbol.asyncIterator])
        for await (const _ of events as AsyncIterable<unknown>) break;
      else if (answer instanceof Tensor) answer.dispose();
    } catch (error) {
      if (error instanceof MetricLearningError) continue;
      bare.add(`${name}(${args.map((value) => typeof value)}): ${(error as Error).message}`);
    }
  }
  return [...bare];
}

/** Not called: errors that the library makes itself, and what changes the backend of all tests. */
const leftOut = ['MetricLearningError', 'MemoryFull', 'registerSimdBackend'];

describe.each([
  ['tfjs-metric-learning', library],
  ['tfjs-metric-learning/node', node],
  ['tfjs-metric-learning/backend', backend],
])('Whatever is passed, the functions of %s answer in whole sentences', (_, entry) => {
  const functions = Object.entries(entry as Record<string, unknown>).filter(
    ([name, value]) => typeof value === 'function' && !leftOut.includes(name),
  ) as [string, (...args: readonly unknown[]) => unknown][];

  test.each(functions)('%s', async (name, called) => {
    const isClass = /^class\b/.test(Function.prototype.toString.call(called));
    const make = called as unknown as new (...args: readonly unknown[]) => unknown;
    const call = (args: readonly unknown[]) => (isClass ? new make(...args) : called(...args));
    expect(await bareErrors(name, call)).toEqual([]);
  });
});

const miners = [library.semiHardMiner(), library.multiSimilarityMiner(), library.batchHardMiner()];
const parts: Readonly<Record<string, object>> = {
  lpDistance: library.lpDistance(),
  'lpDistance with p 1': library.lpDistance({ p: 1 }),
  cosineSimilarity: library.cosineSimilarity(),
  dotProductSimilarity: library.dotProductSimilarity(),
  snrDistance: library.snrDistance(),
  batchedDistance: library.batchedDistance(library.lpDistance()),
  ...Object.fromEntries(everySampler(new Int32Array(24)).map((one) => [one.name, one])),
  ...Object.fromEntries(everyLoss.map(({ name, make }) => [name, make()])),
  ...Object.fromEntries(statefulLosses(3).map(([name, make]) => [name, make()])),
  ...Object.fromEntries(miners.map((one) => [one.name, one])),
  createRandom: library.createRandom(1),
};
const notMethods = ['dispose', 'accepts'];

describe('So do the functions of what they return', () => {
  const methods = Object.entries(parts).flatMap(([name, part]) =>
    Object.entries(part as unknown as Record<string, unknown>)
      .filter(([method, value]) => typeof value === 'function' && !notMethods.includes(method))
      .map(([method, value]): [string, (...args: readonly unknown[]) => unknown] => [
        `${name}.${method}`,
        value as () => unknown,
      ]),
  );
  test.each(methods)('%s', async (name, called) => {
    expect(await bareErrors(name, (args) => called(...args))).toEqual([]);
  });
});
