import {
  batchNorm,
  getGradient,
  grad,
  max,
  mean,
  min,
  mul,
  registerGradient,
  relu,
  relu6,
  setBackend,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tile,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { registerSimdBackend } from '../../src/backend/registerSimdBackend.ts';
import { expectClose } from '../support/expectClose.ts';
import { describeOnSimd, expectLikeCpu, numbers, removeSimd } from '../support/onSimd.ts';

const row = (values: Float32Array): Tensor1D => tensor1d(values);

describeOnSimd('gradients that the backend replaces', () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ['relu', (x) => relu(x)],
    ['sum', (x) => sum(x, 0)],
    ['mean', (x) => mean(x, 1)],
  ])('the gradient of the gradient of %s', async (_, operation) => {
    const inner = (x: Tensor): Tensor => sum(mul(operation(square(x)), operation(x)));
    await expectLikeCpu([[6, 7]], (x) => grad(inner)(x), { relative: 1e-4 });
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['max over all axes', (x) => max(x)],
    ['min over all axes', (x) => min(x)],
    ['max over one axis', (x) => max(x, 1)],
    ['min over the first axis', (x) => min(x, 0)],
  ])('the gradient of %s', async (_, operation) => {
    await expectLikeCpu([[6, 7]], operation);
  });

  test.each([[[1, 1]], [[3, 1]], [[1, 4]], [[2, 3]]])(
    'the gradient of tile by %j',
    async (reps) => {
      await expectLikeCpu([[6, 7]], (x) => tile(x, reps));
      await expectLikeCpu([[2, 3, 1]], (x) => tile(x, [1, ...reps]));
    },
  );

  test('the gradient of the gradient of batch normalization', async () => {
    const row = (seed: number): Tensor1D => tensor1d(numbers(5, seed).map((x) => x * x + 0.1));
    const inner = (x: Tensor): Tensor =>
      sum(square(batchNorm(square(x), row(1), row(2), row(3), row(4))));
    await expectLikeCpu([[6, 5]], (x) => grad(inner)(x), { relative: 1e-4 });
  });

  test('another backend has its own gradients', async () => {
    const dy = (): Tensor => row(numbers(20, 5));
    const x = (): Tensor => row(numbers(20, 6));
    await setBackend('simd');
    const onSimd = grad(relu)(x(), dy()).dataSync();
    await setBackend('cpu');
    expectClose(grad(relu)(x(), dy()).dataSync(), onSimd);
    expect(getGradient('Relu').inputsToSave).toEqual(['x']);
  });
});

test('gradients that tfjs registers after the backend are replaced too', async () => {
  await removeSimd();
  const former = getGradient('Relu6');
  unregisterGradient('Relu6');
  await registerSimdBackend({ threads: 1 });
  await setBackend('simd');
  registerGradient(former);

  relu6(row(numbers(4))).dispose();
  expect(getGradient('Relu6')).not.toBe(former);

  await removeSimd();
  expect(getGradient('Relu6')).toBe(former);
});
