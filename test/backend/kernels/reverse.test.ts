import { reverse } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

const cases: [shape: number[], axes: number[] | number][] = [
  [[7], 0],
  [[3, 5], 1],
  [
    [3, 5],
    [0, 1],
  ],
  [[4, 20, 33], 1],
  [
    [2, 3, 4, 5],
    [1, 3],
  ],
  [[2, 3, 4, 5], -2],
  [
    [2, 1, 3],
    [0, 1, 2],
  ],
  [[9, 40, 600], 1],
  [[0, 4], 1],
];

describeOnSimd('reverse', () => {
  test.each(cases)('%j along %j', async (shape, axes) => {
    await expectLikeCpu([shape], (x) => reverse(x, axes));
  });
});
