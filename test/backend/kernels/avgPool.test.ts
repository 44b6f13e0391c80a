import { avgPool, type Tensor4D } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

type Sides = [number, number];

describeOnSimd('average pooling', () => {
  test.each<[number[], Sides, Sides, 'same' | 'valid' | number]>([
    [[1, 4, 4, 1], [2, 2], [2, 2], 'valid'],
    [[2, 5, 7, 8], [2, 2], [2, 2], 'same'],
    [[3, 6, 5, 13], [3, 2], [1, 1], 'same'],
    [[2, 9, 8, 32], [3, 3], [2, 2], 1],
    [[5, 7, 7, 6], [7, 7], [1, 1], 'valid'],
    [[2, 3, 3, 5], [2, 2], [3, 3], 'valid'],
  ])('%j, window %j, strides %j, pad %s', async (shape, window, strides, pad) => {
    await expectLikeCpu([shape], (x) => avgPool(x as Tensor4D, window, strides, pad));
  });

  test('windows of one pixel are the identity, as in the cpu backend', async () => {
    await expectLikeCpu([[2, 4, 4, 3]], (x) => avgPool(x as Tensor4D, 1, 1, 'valid'), {
      fast: false,
    });
  });
});
