import { max, mean, min, sum, type Tensor } from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

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
});
