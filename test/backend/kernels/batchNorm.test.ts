import {
  batchNorm,
  batchNorm4d,
  moments,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

const positive = (count: number): Float32Array => numbers(count, 7).map((x) => x * x + 0.1);

describeOnSimd('batch normalization', () => {
  test.each([
    [[4, 3]],
    [[7, 16]],
    [[2, 5, 4, 8]],
    [[3, 6, 6, 13]],
    [[2, 30, 30, 32]],
    [[2, 3, 10]],
  ])('%j, with scale and offset', async (shape) => {
    const channels = shape.at(-1) as number;
    await expectLikeCpu(
      [shape, [channels], [channels], [channels], [channels]],
      (x, centre, variance, offset, scale) =>
        batchNorm(
          x,
          centre as Tensor1D,
          variance as Tensor1D,
          offset as Tensor1D,
          scale as Tensor1D,
        ),
      {
        values: [0, 0, channels].map((count, i) =>
          i === 2 ? positive(count) : undefined,
        ) as never,
        relative: 1e-4,
      },
    );
  });

  test('without scale and offset', async () => {
    await expectLikeCpu(
      [[2, 4, 4, 6], [6], [6]],
      (x, centre, variance) => batchNorm(x, centre as Tensor1D, variance as Tensor1D),
      { values: [numbers(192), numbers(6, 2), positive(6)], differentiable: false }, // tfjs has no gradient for it
    );
  });

  test('statistics of every value, which the cpu backend computes', async () => {
    await expectLikeCpu(
      [
        [2, 2, 2, 3],
        [2, 2, 2, 3],
        [2, 2, 2, 3],
      ],
      (x, centre, variance) => batchNorm4d(x as Tensor4D, centre as Tensor4D, variance as Tensor4D),
      { values: [numbers(24), numbers(24, 2), positive(24)], fast: false, differentiable: false },
    );
  });

  test('the statistics of the batch, as in training', async () => {
    await expectLikeCpu(
      [[5, 6, 6, 12], [12], [12]],
      (x, offset, scale): Tensor => {
        const { mean, variance } = moments(x, [0, 1, 2]);
        return batchNorm(
          x,
          mean as Tensor1D,
          variance as Tensor1D,
          offset as Tensor1D,
          scale as Tensor1D,
        );
      },
      { relative: 1e-4, absolute: 1e-5 },
    );
  });
});
