import { logSoftmax, softmax } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

describeOnSimd('softmax', () => {
  test.each([[[1]], [[7]], [[5, 3]], [[33, 10]], [[2, 3, 17]], [[200, 130]]])(
    '%j',
    async (shape) => {
      await expectLikeCpu([shape], (x) => softmax(x));
      await expectLikeCpu([shape], (x) => logSoftmax(x));
    },
  );

  test('large and infinite logits', async () => {
    const values = [Float32Array.of(1000, -1000, 0, 999, Number.NEGATIVE_INFINITY, 5)];
    await expectLikeCpu([[2, 3]], (x) => softmax(x), { values });
  });
});
