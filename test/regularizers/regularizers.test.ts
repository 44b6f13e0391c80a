import { dispose, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { centerInvariantRegularizer } from '../../src/regularizers/centerInvariantRegularizer.ts';
import { lpRegularizer } from '../../src/regularizers/lpRegularizer.ts';
import { regularFaceRegularizer } from '../../src/regularizers/regularFaceRegularizer.ts';
import type { Regularizer } from '../../src/regularizers/regularizer.ts';
import { sparseCentersRegularizer } from '../../src/regularizers/sparseCentersRegularizer.ts';
import { zeroMeanRegularizer } from '../../src/regularizers/zeroMeanRegularizer.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const sparse = sparseCentersRegularizer({ classes: 2, centersPerClass: 2 });

const regularizers: [string, Regularizer][] = [
  ['lpRegularizer', lpRegularizer()],
  ['lpRegularizer, p = 1', lpRegularizer({ p: 1, power: 2 })],
  ['zeroMeanRegularizer', zeroMeanRegularizer()],
  ['centerInvariantRegularizer', centerInvariantRegularizer()],
  ['regularFaceRegularizer', regularFaceRegularizer()],
  ['sparseCentersRegularizer', sparse],
];

describe.each(regularizers)('%s', (_, regularizer) => {
  test.each([
    [
      'equal rows',
      [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    ],
    [
      'zero rows',
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
    [
      'some zero rows',
      [
        [1, 2],
        [0, 0],
        [3, -1],
        [0, 0],
      ],
    ],
  ])('is finite, with a finite gradient: %s', (_, rows) => {
    expectNoLeak(() => {
      const x = tensor2d(rows);
      const { value, grad } = valueAndGrad((w) => regularizer.compute(w as Tensor2D))(x);
      expect([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite)).toBe(true);
      dispose([x, value, grad]);
    });
  });
});

test('centers that have merged are left alone; the reference has NaN for their gradient', () => {
  const x = tensor2d([
    [1, 2],
    [1, 2],
    [0, 1],
    [1, 0],
  ]);
  const { value, grad } = valueAndGrad((w) => sparse.compute(w as Tensor2D))(x);
  expect(value.dataSync()[0]).toBeCloseTo(Math.SQRT2 / 4, 5);
  expect([...grad.dataSync().subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  dispose([x, value, grad]);
});

test('a single row has no neighbor', () => {
  const x = tensor2d([[1, 2]]);
  const value = regularFaceRegularizer().compute(x);
  expect(value.dataSync()[0]).toBe(0);
  dispose([x, value]);
});

test.each([
  [() => lpRegularizer({ p: 0 }), 'lpRegularizer: expected p to be a finite number > 0, got p: 0.'],
  [
    () => regularFaceRegularizer({ distance: lpDistance() }),
    'regularFaceRegularizer: expected distance to be a similarity (cosineSimilarity, dotProductSimilarity), got distance: lpDistance().',
  ],
  [
    () => sparseCentersRegularizer({ classes: 0, centersPerClass: 2 }),
    'sparseCentersRegularizer: expected classes to be a whole number >= 1, got classes: 0.',
  ],
  [
    () => {
      const x = tensor2d([[1, 2]]);
      try {
        sparse.compute(x);
      } finally {
        x.dispose();
      }
    },
    'sparseCentersRegularizer: expected classes * centersPerClass rows (4), got 1.',
  ],
])('says what does not fit: %#', (run, message) => {
  expect(run).toThrow(message);
});
