import { dispose, grad, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchedDistance } from '../../src/distances/batchedDistance.ts';
import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import type { Distance } from '../../src/distances/distance.ts';
import { dotProductSimilarity } from '../../src/distances/dotProductSimilarity.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { snrDistance } from '../../src/distances/snrDistance.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const makers: Record<string, () => Distance> = {
  Euclidean: () => lpDistance({ normalize: false }),
  'Euclidean between unit vectors': lpDistance,
  Manhattan: () => lpDistance({ p: 1, normalize: false }),
  'p = 3': () => lpDistance({ p: 3, normalize: false }),
  cosine: cosineSimilarity,
  'dot product': () => dotProductSimilarity({ normalize: false }),
  'signal to noise': snrDistance,
};
const metrics = ['Euclidean', 'Euclidean between unit vectors', 'Manhattan', 'p = 3'];

const number = fc.integer({ min: -40, max: 40 }).map((value) => value / 10);
const rows = fc.array(fc.array(number, { minLength: 3, maxLength: 3 }), {
  minLength: 3,
  maxLength: 5,
});

function matrixOf(distance: Distance, x: number[][]): number[][] {
  const query = tensor2d(x);
  const matrix = distance.matrix(query);
  const values = matrix.arraySync();
  dispose([query, matrix]);
  return values;
}

describe.each(metrics)('%s', (name) => {
  const distance = (makers[name] as () => Distance)();

  test('is a metric', () => {
    fc.assert(
      fc.property(rows, (x) => {
        const d = matrixOf(distance, x);
        const at = (i: number, j: number): number => d[i]?.[j] as number;
        for (let i = 0; i < x.length; i++) {
          expect(at(i, i)).toBe(0);
          for (let j = 0; j < x.length; j++) {
            expect(at(i, j)).toBeGreaterThanOrEqual(0);
            expect(Math.abs(at(i, j) - at(j, i))).toBeLessThan(1e-5);
            for (let k = 0; k < x.length; k++) {
              expect(at(i, j)).toBeLessThan(at(i, k) + at(k, j) + 1e-4);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(Object.keys(makers))('%s', (name) => {
  const distance = (makers[name] as () => Distance)();

  test('is the same row by row, and block by block', () => {
    fc.assert(
      fc.property(rows, (x) => {
        const query = tensor2d(x);
        const reversed = tensor2d([...x].reverse());
        const blocks: number[] = [];
        batchedDistance(distance, { batchSize: 2 }).eachBlock(
          query,
          reversed,
          (block, start, end) => {
            expect(block.shape).toEqual([end - start, x.length]);
            blocks.push(...block.dataSync());
          },
        );
        const matrix = distance.matrix(query, reversed);
        const rowwise = distance.rowwise(query, reversed);
        const whole = matrix.dataSync();
        expectClose(blocks, whole);
        expectClose(
          rowwise.dataSync(),
          x.map((_, i) => whole[i * x.length + i] as number),
          { absolute: 1e-4 },
        );
        dispose([query, reversed, matrix, rowwise]);
      }),
      { numRuns: 20 },
    );
  });

  test('stays within its bounds', () => {
    const [low, high] = distance.bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    fc.assert(
      fc.property(rows, (x) => {
        for (const value of matrixOf(distance, x).flat()) {
          expect(value).toBeGreaterThanOrEqual(low - 1e-5);
          expect(value).toBeLessThanOrEqual(high + 1e-5);
        }
      }),
      { numRuns: 20 },
    );
  });
});

test('a larger minNorm bounds the gradient of embeddings near zero', () => {
  expectNoLeak(() => {
    const x = tensor2d([
      [0, 0],
      [1, 0],
    ]);
    const largest = (minNorm: number): number => {
      const distance = cosineSimilarity({ minNorm });
      const slope = grad((e) => sum(distance.matrix(e as Tensor2D)))(x);
      const most = Math.max(...slope.dataSync().map(Math.abs));
      slope.dispose();
      return most;
    };
    expect(largest(1e-12)).toBeGreaterThan(1e11);
    expect(largest(0.01)).toBeLessThan(1000);
    x.dispose();
  });
});

test.each([
  [() => lpDistance({ p: 0.5 }), 'lpDistance: expected p to be a finite number >= 1, got p: 0.5.'],
  [
    () => lpDistance({ power: 0 }),
    'lpDistance: expected power to be a finite number > 0, got power: 0.',
  ],
  [
    () => cosineSimilarity({ minNorm: -1 }),
    'cosineSimilarity: expected minNorm to be a finite number > 0, got minNorm: -1.',
  ],
  [
    () => batchedDistance(lpDistance(), { batchSize: 1.5 }),
    'batchedDistance: expected batchSize to be a whole number >= 1, got batchSize: 1.5.',
  ],
])('rejects what makes no distance: %#', (make, message) => {
  expect(make).toThrow(message);
});
