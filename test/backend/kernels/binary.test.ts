import {
  add,
  div,
  maximum,
  minimum,
  mul,
  squaredDifference,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

type Operation = (a: Tensor, b: Tensor) => Tensor;
/** With whether tfjs has a gradient for operands of unequal shapes. */
const operations: [string, Operation, boolean][] = [
  ['add', add, true],
  ['sub', sub, true],
  ['mul', mul, true],
  ['div', div, true],
  ['maximum', maximum, false],
  ['minimum', minimum, false],
  ['squaredDifference', squaredDifference, false],
];

const pairs: [number[], number[]][] = [
  [[], []],
  [[7], [7]],
  [[5, 7], [7]],
  [
    [5, 7],
    [5, 1],
  ],
  [[5, 7], []],
  [
    [3, 5, 7],
    [5, 1],
  ],
  [
    [3, 1, 7],
    [3, 5, 1],
  ],
  [
    [2, 3, 5, 4],
    [1, 1, 5, 4],
  ],
  [
    [1, 6],
    [4, 6],
  ],
  [
    [2, 3, 5, 4],
    [2, 1, 1, 4],
  ],
  [[40_003], [40_003]],
  [[300, 150], [150]],
  [[0, 7], [7]],
];

/** Away from zero, for the quotient. */
const positive = (shape: number[], seed: number): Float32Array =>
  numbers(
    shape.reduce((product, length) => product * length, 1),
    seed,
  ).map((x) => 0.3 + Math.abs(x));

describeOnSimd('element-wise operations on two operands', () => {
  describe.each(operations)('%s', (_, operation, broadcasts) => {
    test.each(pairs)('%j and %j, and the other way round', async (a, b) => {
      const differentiable = broadcasts || a.join() === b.join();
      const values = [positive(a, 1), positive(b, 2)] as const;
      await expectLikeCpu([a, b], operation, { values, differentiable });
      await expectLikeCpu([b, a], operation, {
        values: [values[1], values[0]],
        differentiable,
      });
    });

    test('NaN and infinities', async () => {
      const special = Float32Array.of(Number.NaN, 1, -1, Number.POSITIVE_INFINITY, 0, -0, 5);
      const others = Float32Array.of(1, Number.NaN, 0, Number.POSITIVE_INFINITY, 0, 0, -5);
      const values = [special, others];
      await expectLikeCpu([[7], [7]], operation, { values, differentiable: false });
    });
  });

  test('four axes that repeat in turns: by the cpu backend', async () => {
    await expectLikeCpu(
      [
        [2, 1, 3, 1],
        [1, 4, 1, 5],
      ],
      add,
      { fast: false },
    );
  });
});
