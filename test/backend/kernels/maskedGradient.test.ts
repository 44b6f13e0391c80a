import { clipByValue, elu, leakyRelu, relu, relu6 } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

/** Whole numbers, so that values meet the limits exactly; infinities and NaN at the ends of vectors and alone. */
const edges = Float32Array.of(-1, 0, 1, 2, 6, 7, -0, Infinity, -Infinity, 3, -3);

describeOnSimd('activations with a bend', () => {
  test.each([1, 3, 11, 64, 40_000])('%i values', async (count) => {
    const values = [numbers(count).map((x) => 5 * x)];
    await expectLikeCpu([[count]], (x) => relu(x), { values });
    await expectLikeCpu([[count]], (x) => relu6(x), { values });
    await expectLikeCpu([[count]], (x) => clipByValue(x, -1, 2), { values });
    await expectLikeCpu([[count]], (x) => leakyRelu(x, 0.3), { values });
    await expectLikeCpu([[count]], (x) => elu(x), { values });
  });

  test('values at the bend', async () => {
    await expectLikeCpu([[11]], (x) => relu6(x), { values: [edges] });
    await expectLikeCpu([[11]], (x) => clipByValue(x, -1, 2), { values: [edges] });
    await expectLikeCpu([[9]], (x) => leakyRelu(x, 0.3), {
      values: [edges.filter((x) => Number.isFinite(x))],
    });
  });
});
