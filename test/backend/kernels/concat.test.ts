import { concat, stack } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

describeOnSimd('concatenation', () => {
  test.each([
    [[[3], [2]], 0],
    [
      [
        [2, 3],
        [4, 3],
        [1, 3],
      ],
      0,
    ],
    [
      [
        [2, 3],
        [2, 5],
      ],
      1,
    ],
    [
      [
        [2, 3, 4],
        [2, 1, 4],
      ],
      -2,
    ],
    [
      [
        [30, 64],
        [30, 128],
      ],
      -1,
    ],
    [
      [
        [0, 3],
        [2, 3],
      ],
      0,
    ],
  ])('%j along %i', async (shapes, axis) => {
    await expectLikeCpu(shapes, (...parts) => concat(parts, axis), {
      differentiable: !shapes.flat().includes(0),
    });
  });

  test.each([0, 1, 2, -1])('stacked along %i', async (axis) => {
    await expectLikeCpu(
      [
        [3, 4],
        [3, 4],
        [3, 4],
      ],
      (...parts) => stack(parts, axis),
    );
  });
});
