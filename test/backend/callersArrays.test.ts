import {
  add,
  cast,
  conv2d,
  gather,
  matMul,
  relu,
  setBackend,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeOnSimd, numbers } from '../support/onSimd.ts';

const ones = (length: number): Float32Array => new Float32Array(length).fill(1);

describeOnSimd("arrays of the caller's", () => {
  test('may be written to when an operation on them was called, whether it has run or not', async () => {
    await setBackend('simd');
    const [left, right] = [ones(6), ones(6)];
    const product = matMul(tensor2d(left, [2, 3]), tensor2d(right, [3, 2]));
    const image = ones(16);
    const convolved = conv2d(
      tensor4d(image, [1, 4, 4, 1]),
      tensor4d(right, [2, 3, 1, 1]),
      1,
      'valid',
    );
    for (const array of [left, right, image]) array.fill(7);
    expect(Array.from(product.dataSync())).toEqual([3, 3, 3, 3]);
    expect(Array.from(convolved.dataSync())).toEqual(Array(6).fill(42 / 7));
  });

  test('and integers that stand for floats', async () => {
    await setBackend('simd');
    const whole = Int32Array.of(1, 2, 3, 4);
    const floats = cast<Tensor2D>(tensor2d(whole, [2, 2], 'int32'), 'float32');
    const product = matMul(floats, tensor2d([1, 0, 0, 1], [2, 2]));
    whole.fill(9);
    expect(Array.from(product.dataSync())).toEqual([1, 2, 3, 4]);
  });

  test('are never what is read', async () => {
    await setBackend('simd');
    const own = numbers(6);
    const whole = Int32Array.of(1, 2, 3);
    const floats = tensor(own, [2, 3]);
    const integers = tensor1d(whole);
    for (const x of [floats, integers, relu(floats)]) {
      const before = Array.from(x.dataSync());
      x.dataSync().fill(0);
      (await x.data()).fill(0);
      ((await x.bytes()) as Uint8Array).fill(0);
      expect(Array.from(x.dataSync())).toEqual(before);
    }
    expect(own).toEqual(numbers(6));
    expect(Array.from(whole)).toEqual([1, 2, 3]);
  });

  test('may be parts of larger ones: the bytes of a tensor are its own', async () => {
    await setBackend('simd');
    const part = tensor1d(Float32Array.of(1, 2, 3, 4).subarray(1, 3));
    for (const x of [part, relu(part)]) {
      const bytes = (await x.bytes()) as Uint8Array;
      expect(Array.from(new Float32Array(bytes.buffer))).toEqual([2, 3]);
    }
  });

  test('that went to another thread are missed with an error', async () => {
    await setBackend('simd');
    const gone = numbers(6);
    const ids = Int32Array.of(0, 1);
    const [x, indices] = [tensor2d(gone, [2, 3]), tensor1d(ids)];
    structuredClone([gone, ids], { transfer: [gone.buffer, ids.buffer] });
    const message =
      'simd backend: expected the 6 values of a tensor of shape [2,3], got 0. ' +
      'Do not transfer an array while tensors that were made of it are in use.';
    expect(() => relu(x)).toThrow(message);
    expect(() => matMul(x, tensor2d(ones(3), [3, 1]))).toThrow(message);
    expect(() => gather(tensor1d([1, 2, 3]), indices)).toThrow('detached ArrayBuffer');
    expect(Array.from(relu(tensor1d([-1, 2])).dataSync())).toEqual([0, 2]);
  });

  test('that went to another thread after they were used are not missed', async () => {
    await setBackend('simd');
    const gone = ones(4);
    const x = tensor2d(gone, [2, 2]);
    const product = matMul(x, x);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(Array.from(product.dataSync())).toEqual([2, 2, 2, 2]);
    expect(Array.from(add(x, 1).dataSync())).toEqual([2, 2, 2, 2]);
  });
});
