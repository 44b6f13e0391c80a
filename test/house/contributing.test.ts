import { grad, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { binomialDevianceLoss } from '../../docs/contributing/exampleLoss.ts';
import { bandMiner } from '../../docs/contributing/exampleMiner.ts';
import { MetricLearningError } from '../../src/index.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const rows = [
  [1, 0],
  [0.8, 0.6],
  [0, 1],
  [-0.6, 0.8],
];
const labels = [0, 0, 1, 1];
const pairs = labels.flatMap((a, i) => labels.map((b, j) => ({ i, j, same: a === b })));
const others = pairs.filter(({ i, j }) => i !== j);

/** Cosine similarity of two rows, of which each has length 1. */
const similarity = (i: number, j: number): number =>
  (rows[i] as number[]).reduce(
    (sum, value, k) => sum + value * ((rows[j] as number[])[k] as number),
    0,
  );
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('The loss to copy', () => {
  test('is its formula, in plain loops', () => {
    const x = tensor2d(rows);
    const value = binomialDevianceLoss({ cost: 3 }).compute(x, labels);
    const deviance = (factor: number, same: boolean): number =>
      mean(
        others
          .filter((pair) => pair.same === same)
          .map(({ i, j }) => Math.log1p(Math.exp(factor * (similarity(i, j) - 0.5)))),
      );
    expectClose(value.dataSync(), [deviance(-2, true) + deviance(6, false)]);
  });

  test('has a finite gradient, and leaks nothing', () => {
    const x = tensor2d(rows);
    expectNoLeak(() => {
      const gradient = grad((e) => binomialDevianceLoss().compute(e as Tensor2D, labels))(x);
      expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
      gradient.dispose();
    });
  });

  test('refuses what it cannot use', () => {
    expect(() => binomialDevianceLoss({ cost: -1 })).toThrow(MetricLearningError);
  });
});

describe('The miner to copy', () => {
  test('keeps the triplets that its comment says', () => {
    const x = tensor2d(rows);
    const distance = (i: number, j: number): number => Math.sqrt(2 - 2 * similarity(i, j));
    const expected = others
      .filter(({ same }) => same)
      .flatMap(({ i, j }) =>
        others
          .filter((pair) => pair.i === i && !pair.same)
          .filter((pair) => {
            const farther = distance(i, pair.j) - distance(i, j);
            return farther > 0 && farther <= 0.4;
          })
          .map((pair) => [i, j, pair.j]),
      );
    const { anchor, positive, negative } = bandMiner({ width: 0.4 }).mine(x, labels);
    expect(expected.length).toBeGreaterThan(0);
    expect(Array.from(anchor, (a, t) => [a, positive[t], negative[t]])).toEqual(expected);
  });

  test('refuses what it cannot use', () => {
    expect(() => bandMiner({ width: -1 })).toThrow(MetricLearningError);
  });
});
