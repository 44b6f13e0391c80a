import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  add,
  engine,
  env,
  findBackendFactory,
  getBackend,
  getGradient,
  getKernelsForBackend,
  matMul,
  registerBackend,
  relu,
  removeBackend,
  setBackend,
  type Tensor2D,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { simdKernels } from '../../src/backend/installKernels.ts';
import { registerSimdBackend, simdBackendInfo } from '../../src/backend/registerSimdBackend.ts';
import { removeSimd } from '../support/onSimd.ts';

beforeEach(removeSimd);
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
afterAll(removeSimd);

describe('registerSimdBackend', () => {
  test('registers all kernels of the cpu backend, and puts none of them to use yet', async () => {
    await registerSimdBackend({ threads: 2 });
    expect(getBackend()).toBe('cpu');
    const names = (backend: string): string[] =>
      getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
    expect(names('simd')).toEqual(expect.arrayContaining(names('cpu')));
    expect(names('simd')).toEqual(expect.arrayContaining(simdKernels.map((k) => k.kernelName)));
    expect(simdBackendInfo()).toEqual({
      threads: 2,
      relaxed: false,
      usedBytes: 0,
      peakBytes: 0,
      grownBytes: expect.any(Number),
      largestFreeBytes: expect.any(Number),
    });
  });

  test('takes all threads of the machine by default, at most 8', async () => {
    await registerSimdBackend();
    const { availableParallelism } = await import('node:os');
    expect(simdBackendInfo()?.threads).toBe(Math.min(8, availableParallelism()));
  });

  test('does nothing when called again with the same options, also at the same moment', async () => {
    await Promise.all([registerSimdBackend({ threads: 2 }), registerSimdBackend({ threads: 2 })]);
    await registerSimdBackend({ threads: 2, relaxed: false });
    await setBackend('simd');
    const x = relu(tensor1d([-1, 2]));
    await registerSimdBackend({ threads: 2 });
    expect(Array.from(x.dataSync())).toEqual([0, 2]);
  });

  test('refuses other options, and takes them after removeBackend', async () => {
    await registerSimdBackend({ threads: 2 });
    await expect(registerSimdBackend({ threads: 1 })).rejects.toThrow(
      'registerSimdBackend: expected the options the backend is registered with (threads: 2, relaxed: false), ' +
        "got threads: 1, relaxed: false. Call removeBackend('simd') first.",
    );
    removeBackend('simd');
    expect(simdBackendInfo()).toBeUndefined();
    await registerSimdBackend({ threads: 1 });
    expect(simdBackendInfo()?.threads).toBe(1);
  });

  test.each([0, 1.5, -2, Number.NaN, '2'])('refuses %s threads', async (threads) => {
    await expect(registerSimdBackend({ threads: threads as number })).rejects.toThrow(
      /^registerSimdBackend: expected threads to be a whole number >= 1, got threads: /,
    );
    expect(findBackendFactory('simd')).toBeNull();
  });

  test('refuses a name that is taken', async () => {
    registerBackend('simd', () => new MathBackendCPU());
    await expect(registerSimdBackend({ threads: 1 })).rejects.toThrow(
      "expected no backend with the name 'simd', got one that another copy of this package",
    );
  });

  test('survives a reset of the engine', async () => {
    await registerSimdBackend({ threads: 2 });
    await setBackend('simd');
    engine().reset();
    env().set('IS_TEST', true); // no greeting from the cpu backend
    await setBackend('simd');
    expect(Array.from(relu(tensor1d([-1, 2])).dataSync())).toEqual([0, 2]);
    expect(simdBackendInfo()?.threads).toBe(2);
  });

  test('leaves tensors readable when it is removed, and the next one takes them over', async () => {
    await registerSimdBackend({ threads: 2 });
    await setBackend('simd');
    const made = relu(tensor1d([-1, 2]));
    const putOff = matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([1, 1], [2, 1]));
    removeBackend('simd');
    expect(Array.from(made.dataSync())).toEqual([0, 2]);
    expect(Array.from(putOff.dataSync())).toEqual([3, 7]);

    await registerSimdBackend({ threads: 1 });
    await setBackend('simd');
    expect(Array.from(add(made, 1).dataSync())).toEqual([1, 3]);
    await setBackend('cpu');
    expect(Array.from(add(putOff, 1).dataSync())).toEqual([4, 8]);
    await setBackend('simd');
    expect(Array.from(add(putOff, 2).dataSync())).toEqual([5, 9]);
  });

  test('works beside other backends: operations on two, in turns', async () => {
    await registerSimdBackend({ threads: 2 });
    let x: Tensor2D = tensor2d([1, 2, 3, 4], [2, 2]);
    for (let i = 0; i < 6; i++) {
      await setBackend(i % 2 === 0 ? 'simd' : 'cpu');
      x = add(matMul(x, tensor2d([0, 1, 1, 0], [2, 2])), 1);
    }
    expect(Array.from(x.dataSync())).toEqual([7, 8, 9, 10]);
    await setBackend('simd');
    x.dispose();
    expect(Array.from(relu(tensor1d([-1, 5])).dataSync())).toEqual([0, 5]);
  });

  test('gives the gradients of other backends back', async () => {
    const original = getGradient('Relu');
    await registerSimdBackend({ threads: 1 });
    expect(getGradient('Relu')).not.toBe(original);
    removeBackend('simd');
    expect(getGradient('Relu')).toBe(original);
  });
});

describe('an engine that lacks something', () => {
  test('SIMD: an error', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    await expect(registerSimdBackend({ threads: 1 })).rejects.toThrow(
      'registerSimdBackend: expected an engine with WebAssembly SIMD and threads, ' +
        'got one that does not take the kernels. Use the cpu backend here.',
    );
    await expect(registerSimdBackend({ threads: 1, relaxed: true })).rejects.toThrow(
      'expected an engine with WebAssembly relaxed SIMD',
    );
    vi.restoreAllMocks();
    await registerSimdBackend({ threads: 1 });
  });

  test('shared memory between threads: one thread, which is said once', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    env().set('IS_TEST', false);
    await registerSimdBackend({ threads: 4 });
    await registerSimdBackend({ threads: 4 });
    env().set('IS_TEST', true);
    expect(simdBackendInfo()?.threads).toBe(1);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^registerSimdBackend: threads: 4 was requested, .* with one thread/)],
    ]);
  });

  test('shared WebAssembly memory: an error', async () => {
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(function memory() {
      throw new TypeError('no such memory');
    });
    await expect(registerSimdBackend({ threads: 1 })).rejects.toThrow(
      'registerSimdBackend: expected an engine with shared WebAssembly memory, got no such memory.',
    );
  });
});

test('relaxed SIMD: the same results but for the last bits', async () => {
  await registerSimdBackend({ threads: 1, relaxed: true });
  await setBackend('simd');
  expect(simdBackendInfo()?.relaxed).toBe(true);
  expect(Array.from(relu(tensor1d([-1, 2])).dataSync())).toEqual([0, 2]);
});
