import { slice, split, stack, type Tensor, unstack } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

describeOnSimd('slices', () => {
  test.each([
    [[7], [2], [3]],
    [
      [5, 6],
      [1, 0],
      [3, 6],
    ],
    [
      [5, 6],
      [0, 2],
      [5, 3],
    ],
    [
      [4, 5, 6],
      [1, 2, 3],
      [2, 2, 2],
    ],
    [
      [3, 4, 5, 6],
      [1, 0, 2, 1],
      [2, 4, 3, 4],
    ],
    [
      [4, 40, 300],
      [1, 3, 0],
      [2, 20, 300],
    ],
  ])('%j from %j, %j long', async (shape, begin, size) => {
    await expectLikeCpu([shape], (x) => slice(x, begin, size));
  });

  test.each([
    [[6, 4], 3, 0],
    [[4, 9], 3, 1],
    [[2, 7, 3], [2, 4, 1], 1],
  ])('%j split into %j along %i', async (shape, parts, axis) => {
    await expectLikeCpu([shape], (x) => split(x, parts, axis)[1] as Tensor);
  });

  test.each([0, 1, -1])('unstacked along %i', async (axis) => {
    await expectLikeCpu([[3, 4, 5]], (x) => unstack(x, axis)[2] as Tensor);
    await expectLikeCpu([[3, 4, 5]], (x) => stack(unstack(x, axis), 1));
  });
});
