import { env } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { mPerClassSampler, TripletModel, tripletMarginLoss } from '../../src/index.ts';
import { clusters } from '../support/clusters.ts';
import { zoo } from '../support/zoo.ts';

const data = clusters(24);
const online = { sampler: mPerClassSampler({ m: 4, length: 24 }), batchSize: 12, epochs: 2 };

/** What `fit` writes to standard output. */
async function written(isTTY: boolean, options: object): Promise<string> {
  const make = zoo[0]?.[1] as () => LayersModel;
  const model = new TripletModel(make());
  model.compile({ optimizer: 'sgd', loss: tripletMarginLoss() });
  const { stdout } = process;
  const before = Object.getOwnPropertyDescriptor(stdout, 'isTTY');
  let text = '';
  env().set('IS_TEST', false); // in tests tfjs prints nothing
  Object.defineProperty(stdout, 'isTTY', { value: isTTY, configurable: true });
  vi.spyOn(stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  vi.spyOn(console, 'log').mockImplementation((line) => {
    text += `${line}\n`;
  });
  try {
    await model.fit(data, { ...online, now: () => 0, ...options });
  } finally {
    env().set('IS_TEST', true);
    vi.restoreAllMocks();
    if (before) Object.defineProperty(stdout, 'isTTY', before);
    else Reflect.deleteProperty(stdout, 'isTTY');
  }
  return text;
}

afterEach(() => vi.restoreAllMocks());

describe('verbose', () => {
  test('draws a bar on a terminal, which the line of the epoch replaces', async () => {
    const clear = '\r\u001b[K';
    const [nothing, ...drawn] = (await written(true, { verbose: 1 })).split(clear);
    expect(nothing).toBe('');
    expect(drawn).toEqual([
      expect.stringMatching(/^epoch 1\/2 \[={12} {12}\] 1\/2, loss [\d.e-]+/),
      expect.stringMatching(/^epoch 1\/2 \[={24}\] 2\/2, loss [\d.e-]+/),
      expect.stringMatching(/^epoch 1\/2: loss [\d.e-]+, 2 steps, 0\.0 s\n$/),
      expect.stringMatching(/^epoch 2\/2 \[={12} {12}\] 1\/2/),
      expect.stringMatching(/^epoch 2\/2 \[={24}\] 2\/2/),
      expect.stringMatching(/^epoch 2\/2: loss [\d.e-]+, 2 steps, 0\.0 s\n$/),
    ]);
  });

  test.each([
    ['on a terminal that is asked for lines', true, { verbose: 2 }],
    ['elsewhere', false, { verbose: true }],
  ])('prints lines %s', async (_, isTTY, options) => {
    expect(await written(isTTY, options)).toMatch(
      /^epoch 1\/2: loss [\d.e-]+, 2 steps, 0\.0 s\nepoch 2\/2: loss [\d.e-]+, 2 steps, 0\.0 s\n$/,
    );
  });

  test.each([false, 0])('prints nothing with %s', async (verbose) => {
    expect(await written(true, { verbose })).toBe('');
  });
});
