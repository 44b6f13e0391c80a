import { step } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

describeOnSimd('step', () => {
  test.each([0, 1, 3, 11, 40_000])('%i values', async (count) => {
    await expectLikeCpu([[count]], (x) => step(x), { values: [numbers(count)] });
    await expectLikeCpu([[count]], (x) => step(x, 0.3), { values: [numbers(count)] });
  });

  test('zeros, the smallest numbers, NaN and infinities', async () => {
    const values = [Float32Array.of(0, -0, 1e-45, -1e-45, Number.NaN, Infinity, -Infinity)];
    await expectLikeCpu([[7]], (x) => step(x, -2), { values });
  });
});
