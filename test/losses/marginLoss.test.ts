import { type Scalar, type Tensor2D, tensor2d, train } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { marginLoss } from '../../src/losses/triplet/marginLoss.ts';
import { lpRegularizer } from '../../src/regularizers/lpRegularizer.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const labels = [0, 0, 1, 1];
const batch = (): Tensor2D =>
  tensor2d([
    [1, 0],
    [0.9, 0.3],
    [0, 1],
    [0.4, 0.9],
  ]);

describe('marginLoss with a boundary to learn', () => {
  test('learns it with any optimizer, and one for each class', () => {
    const loss = marginLoss({ learnBeta: true, classes: 2, beta: [3, 3] });
    const { beta } = loss.variables;
    const x = batch();
    const optimizer = train.sgd(0.5);
    for (let step = 0; step < 40; step++) {
      optimizer
        .minimize(() => loss.compute(x, labels) as Scalar, false, [beta as never])
        ?.dispose();
    }
    for (const learned of beta?.dataSync() ?? []) {
      expect(learned).toBeGreaterThan(0.3);
      expect(learned).toBeLessThan(1.6);
    }
    x.dispose();
    loss.dispose();
  });

  test('keeps it, and goes on from it', async () => {
    const loss = marginLoss({ learnBeta: true, classes: 2, beta: [1, 2] });
    const state = await loss.state();
    expect(state).toEqual({ beta: { shape: [2], values: Float32Array.of(1, 2) } });
    const other = marginLoss({ learnBeta: true, classes: 2 });
    other.restore(state);
    expect([...(other.variables['beta']?.dataSync() ?? [])]).toEqual([1, 2]);
    expect(() => marginLoss({ learnBeta: true }).restore(state)).toThrow(
      'marginLoss.restore: expected a state with beta [1], got beta [2].',
    );
    for (const { dispose } of [loss, other]) dispose();
  });

  test('frees it once, and cannot be used from then on', async () => {
    const loss = expectNoLeak(() => {
      const made = marginLoss({ learnBeta: true });
      made.dispose();
      made.dispose();
      return made;
    });
    const x = batch();
    const message =
      'marginLoss: expected a loss that was not disposed, got a loss whose parameters are freed.';
    expect(() => loss.compute(x, labels)).toThrow(message);
    expect(() => loss.restore({})).toThrow(message);
    await expect(loss.state()).rejects.toThrow(message);
    x.dispose();
  });

  test('penalizes it', () => {
    const x = batch();
    const value = (options: object): number => {
      const loss = marginLoss({ learnBeta: true, beta: 1, ...options });
      const result = loss.compute(x, labels);
      const [number = Number.NaN] = result.dataSync();
      result.dispose();
      loss.dispose();
      return number;
    };
    expect(value({ nu: 0.5 }) - value({})).toBeCloseTo(0.5, 5);
    const parameterRegularizer = lpRegularizer();
    expect(
      value({ parameterRegularizer, parameterRegularizerCoefficient: 2 }) - value({}),
    ).toBeCloseTo(2, 5);
    x.dispose();
  });
});

test.each([
  [{ margin: -1 }, 'marginLoss: expected margin to be a finite number >= 0, got margin: -1.'],
  [
    { beta: Number.NaN },
    'marginLoss: expected beta to be a finite number, or an array of at least 1 value, each a finite number, got beta: NaN.',
  ],
  [
    { beta: [1, 2], classes: 3 },
    'marginLoss: expected one beta, or one for each class (3), got 2.',
  ],
  [
    { beta: [] },
    'marginLoss: expected beta to be a finite number, or an array of at least 1 value, each a finite number, got beta: [].',
  ],
  [
    { tripletsPerAnchor: 0 },
    "marginLoss: expected tripletsPerAnchor to be a whole number >= 1, or 'all', got tripletsPerAnchor: 0.",
  ],
])('rejects %o', (options, message) => {
  expect(() => marginLoss(options)).toThrow(message);
});

test('names a label that has no beta', () => {
  const x = batch();
  expect(() => marginLoss({ classes: 2 }).compute(x, [0, 0, 2, 2])).toThrow(
    'marginLoss: expected labels from 0 to 1, as each class has its beta, got 2.',
  );
  x.dispose();
});
