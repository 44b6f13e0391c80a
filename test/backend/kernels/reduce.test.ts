import {
  fill,
  max,
  mean,
  min,
  reshape,
  setBackend,
  softmax,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { runOwnKernel } from '../../../src/ops/ownKernel.ts';
import { expectClose } from '../../support/expectClose.ts';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

type Reduction = (x: Tensor, axis?: number[], keepDims?: boolean) => Tensor;
const reductions: [string, Reduction][] = [
  ['sum', sum],
  ['mean', mean],
  ['max', max],
  ['min', min],
];
const shapes = [[7], [5, 7], [3, 5, 7], [2, 3, 1, 20], [700, 33], [33, 700], [3, 400, 50]];

/** All ways to choose axes, and whether the reduced ones lie side by side. */
function axesOf({ length }: number[], shape: number[]): [axes: number[], fast: boolean][] {
  return Array.from({ length: 2 ** length - 1 }, (_, bits) => {
    const axes = shape.map((_, i) => i).filter((i) => (bits + 1) & (1 << i));
    const kept = shape.map((size, i) => (size === 1 ? '' : axes.includes(i) ? 'r' : 'k')).join('');
    return [axes, !/rk+r/.test(kept)];
  });
}

describeOnSimd('reductions', () => {
  describe.each(reductions)('%s', (name, reduction) => {
    test.each(shapes)('over all axes of %j', async (...shape) => {
      for (const [axes, fast] of axesOf(shape, shape)) {
        for (const keepDims of [false, true]) {
          await expectLikeCpu([shape], (x) => reduction(x, axes, keepDims), {
            fast,
            differentiable: !keepDims && shape.length < 4,
          });
        }
      }
    });

    test('NaN', async () => {
      const values = [Float32Array.of(1, Number.NaN, 3, 4, 5, 6)];
      for (const axis of [0, 1]) {
        await expectLikeCpu([[2, 3]], (x) => reduction(x, [axis]), {
          values,
          differentiable: false,
        });
      }
    });

    test('of nothing', async () => {
      if (name === 'sum') {
        await expectLikeCpu([[0, 3]], (x) => reduction(x, [0]), { fast: false });
      }
    });
  });

  test('long sums stay precise', async () => {
    const values = [new Float32Array(3_000_000).fill(0.1)];
    const precise = { values, relative: 1e-5, differentiable: false };
    await expectLikeCpu([[3_000_000]], (x) => sum(x), precise);
    await expectLikeCpu([[750_000, 4]], (x) => sum(x, 0), precise);
  });

  test('the mean of very many values is right to the last digits', async () => {
    await setBackend('simd');
    const count = 12_000_000;
    const values = Float32Array.from({ length: count }, (_, i) => 1 + (i % 3) / 3);
    const exact = values.reduce((total, x) => total + x, 0) / count;
    tidy(() => {
      const x = tensor1d(values);
      const means = [
        mean(x),
        mean(reshape(x, [count / 4, 4])),
        mean(mean(reshape(x, [count / 12, 12]), 0)),
        mean(mean(reshape(x, [2, count / 24, 12]), 1)),
        mean(mean(reshape(x, [3, count / 3]), 1)),
      ];
      for (const got of means)
        expect(Math.abs((got.dataSync()[0] as number) / exact - 1)).toBeLessThan(5e-7);
    });
  });

  test('sums within other operations are as precise', async () => {
    await setBackend('simd');
    const count = 3_000_000;
    tidy(() => {
      const same = fill([1, count], 0.1) as Tensor2D;
      const [share] = softmax(same).dataSync();
      expect((share as number) * count).toBeCloseTo(1, 6);
      const rows = fill([count, 1], 0.1) as Tensor2D;
      const segment = unsortedSegmentSum(rows, fill([count], 0, 'int32') as Tensor1D, 1);
      expect((segment.dataSync()[0] as number) / (0.1 * count)).toBeCloseTo(1, 6);
    });
  });

  test('the sums of several tensors in one kernel', async () => {
    await setBackend('simd');
    tidy(() => {
      const lengths = [1, 0, 12, 200_000];
      const tensors = lengths.map((length, i) => tensor1d(numbers(length, i)));
      const [got] = runOwnKernel('SimdSums', Object.fromEntries(Object.entries(tensors)));
      expectClose(
        got!.dataSync(),
        tensors.map((x) => sum(x).dataSync()[0] as number),
        { absolute: 1e-2 },
      );
      for (const odd of [Number.NaN, Infinity]) {
        const one = fill([200_001], 1);
        const [sums] = runOwnKernel('SimdSums', { one, other: tensor1d([1, odd, 2]) });
        expect(Array.from(sums!.dataSync())).toEqual([200_001, odd]);
      }
    });
  });
});
