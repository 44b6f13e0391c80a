import { maxPool, relu, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

type Sides = [number, number];

/** batch, height, width, channels; window; strides; pad */
const grid: [number[], Sides, Sides, 'same' | 'valid' | number][] = [
  [[2, 6, 6, 8], [2, 2], [2, 2], 'valid'],
  [[3, 7, 9, 4], [2, 2], [2, 2], 'valid'],
  [[3, 7, 9, 5], [2, 2], [2, 2], 'same'],
  [[3, 7, 7, 5], [3, 3], [2, 2], 'same'],
  [[2, 7, 7, 3], [3, 3], [1, 1], 'same'],
  [[2, 8, 7, 6], [2, 2], [3, 3], 'same'],
  [[2, 9, 8, 6], [3, 2], [3, 2], 'valid'],
  [[1, 5, 5, 4], [2, 2], [2, 2], 1],
  [[2, 5, 5, 4], [1, 1], [2, 2], 'valid'],
  [[5, 40, 40, 8], [2, 2], [2, 2], 'valid'],
  [[0, 6, 6, 8], [2, 2], [2, 2], 'valid'],
];
const fast = ([height, width]: Sides): boolean => height > 1 || width > 1;

describeOnSimd('max pooling', () => {
  test.each(grid)('%j, window %j, strides %j, pad %s', async (shape, window, strides, pad) => {
    const rounding = typeof pad === 'number' ? 'floor' : undefined;
    const pool = (x: Tensor4D): Tensor4D => maxPool(x, window, strides, pad, rounding);
    await expectLikeCpu([shape], (x) => pool(x as Tensor4D), { fast: fast(window) });
    await expectLikeCpu([shape], (x) => pool(relu(x as Tensor4D)), { fast: fast(window) });
  });

  test('one image without a batch', async () => {
    await expectLikeCpu([[6, 7, 3]], (x) => maxPool(x as Tensor3D, 2, 2, 'same'));
  });

  test('ties give their gradient to the first, NaN never wins, infinities do', async () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const rows = [
      [1, 1, 1, 1],
      [nan, 2, 3, 1],
      [5, nan, nan, nan],
      [nan, nan, nan, nan],
      [-inf, -inf, -inf, -inf],
      [-inf, inf, 3, inf],
      [0, -0, 0, 0],
    ];
    for (const channels of [1, 5]) {
      const x = rows.flatMap((row) => row.flatMap((value) => Array(channels).fill(value)));
      const values = [Float32Array.from(x)];
      const shape = [rows.length, 2, 2, channels];
      await expectLikeCpu([shape], (x) => maxPool(x as Tensor4D, 2, 2, 'valid'), { values });
    }
  });
});
