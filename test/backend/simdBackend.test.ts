import {
  add,
  backend,
  cast,
  conv2d,
  env,
  grads,
  matMul,
  maxPool,
  mul,
  ones,
  relu,
  reshape,
  setBackend,
  slice,
  softmax,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { registerSimdBackend, simdBackendInfo } from '../../src/backend/registerSimdBackend.ts';
import type { SimdBackend } from '../../src/backend/simdBackend.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { describeOnSimd, numbers, removeSimd } from '../support/onSimd.ts';

const usedBytes = (): number => simdBackendInfo()?.usedBytes as number;
const simd = (): SimdBackend => backend() as SimdBackend;

/** Convolution, bias, relu, pooling, product: forward and backward. */
function trainingStep(): Float32Array[] {
  return tidy(() => {
    const operands = [
      tensor4d(numbers(4 * 10 * 10 * 16, 1), [4, 10, 10, 16]),
      tensor4d(numbers(9 * 16 * 16, 2), [3, 3, 16, 16]),
      tensor1d(numbers(16, 3)),
      tensor2d(numbers(256 * 5, 4), [256, 5]),
    ];
    const loss = (x: Tensor, filter: Tensor, bias: Tensor, weights: Tensor): Tensor => {
      const features = relu(add(conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid'), bias));
      const pooled = maxPool(features as Tensor4D, 2, 2, 'valid');
      return sum(softmax(matMul(reshape(pooled, [4, 256]), weights as Tensor2D)));
    };
    return grads(loss)(operands).map((grad) => grad.dataSync() as Float32Array);
  });
}

describeOnSimd('storage', () => {
  test('what is read stays valid when its tensor is gone', async () => {
    await setBackend('simd');
    const a = relu(tensor1d([1, -2, 3]));
    const [now, later] = [a.dataSync(), await a.data()];
    a.dispose();
    const b = add(tensor1d([7, 7, 7]), 1);
    expect(Array.from(now)).toEqual([1, 0, 3]);
    expect(Array.from(later)).toEqual([1, 0, 3]);
    expect(now.buffer).toBeInstanceOf(ArrayBuffer);
    b.dispose();
  });

  test('what is read can be written to', async () => {
    await setBackend('simd');
    const a = relu(tensor1d([1, 2]));
    a.dataSync()[0] = 9;
    expect(Array.from(a.dataSync())).toEqual([1, 2]);
    a.dispose();
  });

  test('a slice outlives the tensor it was taken from', async () => {
    await setBackend('simd');
    const whole = add(tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), 1) as Tensor2D;
    const part = slice(whole, [1, 0], [1, 2]);
    whole.dispose();
    const other = add(tensor2d(Array(6).fill(0), [3, 2]), 50);
    expect(Array.from(part.dataSync())).toEqual([4, 5]);
    part.dispose();
    other.dispose();
  });

  test('integers cast to float32 stay integers for themselves', async () => {
    await setBackend('simd');
    const whole = tensor1d([1, 2, 3], 'int32');
    const floats = cast(whole, 'float32');
    expect(Array.from(mul(floats, 0.5).dataSync())).toEqual([0.5, 1, 1.5]);
    expect(Array.from(whole.dataSync())).toEqual([1, 2, 3]);
    expect(whole.dataSync()).toBeInstanceOf(Int32Array);
  });

  test('tensors move between backends', async () => {
    await setBackend('cpu');
    const a = tensor1d([1, 2, 3]);
    await setBackend('simd');
    const b = mul(a, 2) as Tensor1D;
    await setBackend('cpu');
    expect(Array.from(add(b, 1).dataSync())).toEqual([3, 5, 7]);
  });

  test('a training step leaves nothing behind, and all blocks are free again', async () => {
    await setBackend('simd');
    trainingStep();
    const before = usedBytes();
    const total = simdBackendInfo()?.grownBytes;
    for (let i = 0; i < 50; i++) expectNoLeak(() => trainingStep());
    expect(usedBytes()).toBe(before);
    expect(simdBackendInfo()?.grownBytes).toBe(total);
  });
});

describeOnSimd('work that is put off', () => {
  const x = (): Tensor4D => tensor4d(numbers(2 * 6 * 6 * 3), [2, 6, 6, 3]);
  const filter = (): Tensor4D => tensor4d(numbers(81, 2), [3, 3, 3, 3]);

  test('is done when it is read, when its inputs are long gone', async () => {
    await setBackend('simd');
    const [a, b] = [x(), filter()];
    const y = conv2d(a, b, 1, 'same');
    expect(simd().pending(y)?.kernelName).toBe('SimdConvolution');
    a.dispose();
    b.dispose();
    const other = add(ones([2, 6, 6, 3]), 1);
    const values = y.dataSync();
    expect(simd().pending(y)).toBeUndefined();
    await setBackend('cpu');
    expectClose(values, conv2d(x(), filter(), 1, 'same').dataSync());
    y.dispose();
    other.dispose();
  });

  test('is never done when nobody asks, and holds nothing afterwards', async () => {
    await setBackend('simd');
    const before = usedBytes();
    expectNoLeak(() => tidy(() => void conv2d(relu(x()), relu(filter()), 1, 'same')));
    expect(usedBytes()).toBe(before);
  });

  test('convolution, bias and relu are one kernel, whatever else uses the parts', async () => {
    const run = (): Float32Array[] => {
      const product = conv2d(x(), filter(), 1, 'same');
      const biased = add(product, tensor1d([0.5, -1, 2]));
      const active = relu(biased);
      return [active, biased, product, relu(product)].map((t) => t.dataSync() as Float32Array);
    };
    await setBackend('simd');
    const got = run();
    await setBackend('cpu');
    run().forEach((expected, i) => {
      expectClose(got[i] as Float32Array, expected);
    });
  });

  test('a bias that is no row of channels is added as any tensor', async () => {
    const run = (): Float32Array[] => {
      const product = matMul(tensor2d(numbers(12), [4, 3]), tensor2d(numbers(12, 2), [3, 4]));
      const biases = [
        tensor([1, 2, 3, 4], [4, 1]),
        tensor([3], [1]),
        ones([4, 4]),
        ones([2, 1, 4]),
      ];
      const turned = reshape(product, [2, 8]);
      return [
        ...biases.map((bias) => relu(add(product, bias))),
        relu(add(turned, tensor1d([1, 2, 3, 4, 5, 6, 7, 8]))),
      ].map((t) => t.dataSync() as Float32Array);
    };
    await setBackend('simd');
    const got = run();
    await setBackend('cpu');
    run().forEach((expected, i) => {
      expectClose(got[i] as Float32Array, expected);
    });
  });

  test('a variable that is assigned meanwhile does not change it', async () => {
    await setBackend('simd');
    const weights = variable(tensor2d([1, 2, 3, 4], [2, 2]));
    const y = matMul(tensor2d([1, 1], [1, 2]), weights as Tensor2D);
    weights.assign(tensor2d([9, 9, 9, 9], [2, 2]));
    expect(Array.from(y.dataSync())).toEqual([4, 6]);
    weights.dispose();
  });
});

test('a heavy kernel that the cpu backend computes is said once, with the reason', async () => {
  await removeSimd();
  await registerSimdBackend({ threads: 1 });
  await setBackend('simd');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  env().set('IS_TEST', false);
  const filter = tensor4d(numbers(9 * 4), [3, 3, 2, 2]);
  for (const side of [8, 9]) {
    const x = tensor4d(numbers(side * side * 2), [1, side, side, 2]);
    conv2d(x, filter, 1, 'same', 'NHWC', 2).dataSync();
  }
  env().set('IS_TEST', true);
  expect(warn.mock.calls.flat()).toEqual([
    expect.stringMatching(/no fast Conv2D for x: float32 \[1,8,8,2\].*"dilations":2.*said once/),
  ]);
  warn.mockRestore();
  await removeSimd();
});
