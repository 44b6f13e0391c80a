import {
  gather,
  reshape,
  setBackend,
  type Tensor,
  tensor1d,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

const ids = (values: number[]): ReturnType<typeof tensor1d> => tensor1d(values, 'int32');

describeOnSimd('gather', () => {
  test.each([
    [[5], 0],
    [[5, 3], 0],
    [[9, 4, 2], 0],
    [[3, 7], 1],
    [[2, 6, 5], 1],
    [[40, 64], 0],
  ])('%j along axis %i', async (shape, axis) => {
    const length = shape[axis] as number;
    const indices = Array.from({ length: 2 * length }, (_, i) => (i * 7) % length);
    await expectLikeCpu([shape], (x) => gather(x, ids(indices), axis));
  });

  test('a batch of rows, each with indices of its own', async () => {
    const indices = (): Tensor => reshape(ids([2, 0, 1, 1, 2, 2]), [3, 2]);
    await expectLikeCpu([[3, 4, 5]], (x) => gather(x, indices(), 1, 1), { differentiable: false });
  });

  test('an index outside of the axis is an error', async () => {
    await setBackend('simd');
    const x = tensor1d([1, 2, 3]);
    expect(() => gather(x, ids([3]))).toThrow('GatherV2: the index value 3 is not in [0, 2]');
  });
});

describeOnSimd('sums of segments', () => {
  test.each([[[6]], [[6, 3]], [[30, 17]], [[100, 64]], [[4, 2, 5]]])('%j', async (shape) => {
    const segments = Array.from({ length: shape[0] as number }, (_, i) => (i * 5) % 4);
    await expectLikeCpu([shape], (x) => unsortedSegmentSum(x, ids(segments), 5));
  });

  test('segments that do not exist are left out', async () => {
    await expectLikeCpu([[4, 2]], (x) => unsortedSegmentSum(x, ids([-1, 0, 1, 7]), 2), {
      differentiable: false,
    });
  });
});
