import {
  depthwiseConv2d,
  fused,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

type Sides = [number, number];

/** batch, height, width, channels; filter; multiplier; stride; pad */
const grid: [number[], Sides, number, Sides, 'same' | 'valid' | number][] = [
  [[1, 5, 5, 1], [3, 3], 1, [1, 1], 'same'],
  [[2, 6, 7, 8], [3, 3], 1, [1, 1], 'same'],
  [[2, 6, 7, 8], [3, 3], 1, [2, 2], 'same'],
  [[3, 7, 6, 11], [3, 2], 1, [1, 1], 'valid'],
  [[3, 9, 8, 16], [5, 5], 1, [2, 2], 'same'],
  [[2, 8, 9, 24], [3, 3], 1, [1, 1], 1],
  [[2, 6, 6, 3], [3, 3], 4, [1, 1], 'same'],
  [[2, 7, 5, 5], [2, 3], 3, [2, 2], 'valid'],
  [[1, 2, 2, 4], [5, 5], 1, [1, 1], 'same'],
  [[4, 3, 3, 9], [1, 1], 1, [1, 1], 'valid'],
  [[5, 20, 20, 32], [3, 3], 1, [1, 1], 'same'],
];

describeOnSimd('depthwise convolution', () => {
  test.each(grid)(
    '%j, filter %j x %i, strides %j, pad %s',
    async (shape, sides, multiplier, strides, pad) => {
      const filter = [...sides, shape[3] as number, multiplier];
      await expectLikeCpu(
        [shape, filter],
        (x, f) => depthwiseConv2d(x as Tensor4D, f as Tensor4D, strides, pad),
        { relative: 1e-4 },
      );
    },
  );

  test.each([
    [[2, 9, 9, 8], 1],
    [[2, 8, 7, 3], 2],
  ])('dilated, %j with %i filters a channel', async (shape, multiplier) => {
    await expectLikeCpu(
      [shape, [3, 3, shape[3] as number, multiplier]],
      (x, f) => depthwiseConv2d(x as Tensor4D, f as Tensor4D, 1, 'same', 'NHWC', [2, 3]),
      { relative: 1e-4, differentiable: false }, // tfjs has no gradient for it
    );
  });

  test('one image without a batch', async () => {
    await expectLikeCpu(
      [
        [5, 6, 8],
        [3, 3, 8, 1],
      ],
      (x, f) => depthwiseConv2d(x as Tensor3D, f as Tensor4D, 1, 'same'),
      { relative: 1e-4 },
    );
  });

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const)(
    'fused with bias and %s',
    async (activation) => {
      await expectLikeCpu(
        [[2, 6, 6, 12], [3, 3, 12, 1], [12]],
        (x, filter, bias): Tensor =>
          fused.depthwiseConv2d({
            x: x as Tensor4D,
            filter: filter as Tensor4D,
            strides: 1,
            pad: 'same',
            bias: bias as Tensor1D,
            activation,
            leakyreluAlpha: 0.3,
          }),
        { relative: 1e-4, differentiable: false },
      );
    },
  );
});
