import {
  add,
  conv2d,
  dispose,
  fill,
  matMul,
  memory,
  relu,
  setBackend,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import { registerSimdBackend, shrinkSimdMemory } from '../../src/backend/index.ts';
import { simdBackendInfo } from '../../src/backend/registerSimdBackend.ts';
import { isInMemory, numbers, removeSimd } from '../support/onSimd.ts';
import { simdWith } from '../support/simdWith.ts';

afterEach(removeSimd);

const filled = (count: number, value: number): Tensor => tidy(() => add(fill([count], value), 0));

describe('a memory whose free blocks are all too small', () => {
  test('is compacted: the tensors move, and stay what they are', async () => {
    const { blocks } = await simdWith(64);
    const tensors = Array.from({ length: 30 }, (_, i) => filled(30_000, i));
    tensors.forEach((x, i) => {
      if (i % 2 === 0) x.dispose();
    });
    const most = blocks.largestFreeBytes;
    expect(most).toBeLessThan(1_000_000);
    const large = filled(250_000, 7); // an input and an output of 1 MB
    expect(isInMemory(large)).toBe(true);
    tensors.forEach((x, i) => {
      if (i % 2 === 1) expect(new Set(x.dataSync()), `tensor ${i}`).toEqual(new Set([i]));
    });
    expect(new Set(large.dataSync())).toEqual(new Set([7]));
    dispose([large, ...tensors.filter((x) => !x.isDisposed)]);
    expect(blocks.usedBytes).toBe(0);
  });

  test('while work is put off: it is done on the tensors where they are then', async () => {
    await simdWith(64);
    const gaps = Array.from({ length: 25 }, () => filled(30_000, 1));
    const [a, b] = [
      relu(tensor2d(numbers(600), [20, 30])),
      relu(tensor2d(numbers(600, 2), [30, 20])),
    ];
    const product = matMul(a as Tensor2D, b as Tensor2D);
    dispose([...gaps, a, b]);
    const large = filled(400_000, 7);
    const got = product.dataSync();
    await setBackend('cpu');
    const expected = tidy(() =>
      matMul(relu(tensor2d(numbers(600), [20, 30])), relu(tensor2d(numbers(600, 2), [30, 20]))),
    ).dataSync();
    expected.forEach((value, i) => {
      expect(got[i]).toBeCloseTo(value, 4);
    });
    large.dispose();
  });
});

describe('shrinkSimdMemory', () => {
  test('gives back what tensors do not need, and keeps them', async () => {
    await registerSimdBackend({ threads: 2 });
    await setBackend('simd');
    const kept = relu(tensor1d(numbers(1000)));
    const weights = variable(tensor2d(numbers(6), [2, 3]));
    const images = tensor4d(numbers(64), [1, 4, 4, 4]);
    const convolved = conv2d(images, tensor4d(numbers(36, 2), [3, 3, 4, 1]), 1, 'valid');
    const before = [kept, weights, convolved.clone()].map((x) => x.dataSync());
    const later = conv2d(images, tensor4d(numbers(36, 2), [3, 3, 4, 1]), 1, 'valid'); // put off
    filled(20_000_000, 1).dispose();
    const { grownBytes, usedBytes } = simdBackendInfo() as {
      grownBytes: number;
      usedBytes: number;
    };
    expect(grownBytes).toBeGreaterThan(80_000_000);

    await shrinkSimdMemory();
    const after = simdBackendInfo() as { grownBytes: number; usedBytes: number; threads: number };
    expect(after.grownBytes).toBeLessThan(20_000_000);
    expect(after.usedBytes).toBe(usedBytes);
    expect(after.threads).toBe(2);
    [kept, weights, convolved, later].forEach((x, i) => {
      expect(x.dataSync()).toEqual(before[Math.min(i, 2)]);
    });
    expect(Array.from(tidy(() => relu(filled(200_000, 3)).dataSync())).every((x) => x === 3)).toBe(
      true,
    );
    dispose([kept, weights, images, convolved, later]);
    expect(memory()).toMatchObject({ unreliable: true });
  });

  test('does nothing where the backend is not registered', async () => {
    await removeSimd();
    await expect(shrinkSimdMemory()).resolves.toBeUndefined();
  });
});
