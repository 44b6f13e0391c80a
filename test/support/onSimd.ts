import {
  findBackend,
  findBackendFactory,
  grads,
  removeBackend,
  setBackend,
  type Tensor,
  type TensorInfo,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { registerSimdBackend } from '../../src/backend/registerSimdBackend.ts';
import type { SimdBackend } from '../../src/backend/simdBackend.ts';
import type { TensorData } from '../../src/backend/tensorData.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectAlike, type Tolerance } from './expectClose.ts';

/** Describes tests that run on the simd backend, once with one thread and once with two. */
export function describeOnSimd(name: string, tests: () => void): void {
  describe.each([1, 2])(`${name} (simd, threads: %i)`, (threads) => {
    beforeAll(async () => {
      await removeSimd();
      await registerSimdBackend({ threads });
    });
    afterAll(removeSimd);
    tests();
  });
}

/** Ends the backend, if it is registered. */
export async function removeSimd(): Promise<void> {
  await setBackend('cpu');
  if (findBackendFactory('simd')) removeBackend('simd');
}

/** Numbers from -2 to 2, the same for the same seed. */
export function numbers(count: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => 4 * random.next() - 2);
}

export interface Comparison extends Tolerance {
  /** Values of the operands, in place of numbers from -2 to 2. */
  readonly values?: readonly Float32Array[];
  /** Whether the operation has a gradient. Default true. */
  readonly differentiable?: boolean;
  /** Whether the result has to come from a kernel in WebAssembly. Default true. */
  readonly fast?: boolean;
}

/**
 * Runs an operation on float32 operands of these shapes on the simd and on the cpu backend, and expects the same
 * results and the same gradients by each operand.
 */
export async function expectLikeCpu(
  shapes: readonly (readonly number[])[],
  operation: (...operands: Tensor[]) => Tensor,
  comparison: Comparison = {},
): Promise<void> {
  const { differentiable = true, fast = true, relative = 1e-5, absolute = 1e-6 } = comparison;
  const values = shapes.map(
    (shape, i) => comparison.values?.[i] ?? numbers(size(shape), 1 + shapes.length + i),
  );
  const [got, expected] = [await run('simd'), await run('cpu')];
  expect(got.shapes).toEqual(expected.shapes);
  expect(got.isFast, 'made by a WebAssembly kernel').toBe(fast);
  got.results.forEach((result, i) => {
    expectAlike(result, expected.results[i] as Float32Array, { relative, absolute });
  });

  async function run(
    name: string,
  ): Promise<{ shapes: number[][]; results: Float32Array[]; isFast: boolean }> {
    await setBackend(name);
    return tidy(() => {
      const operands = shapes.map((shape, i) => tensor(values[i] as Float32Array, [...shape]));
      const out = operation(...operands);
      const isFast = isInMemory(out);
      const all = [out];
      if (differentiable) {
        const dy = tensor(numbers(out.size, 99), out.shape);
        all.push(...grads(operation)(operands, dy));
      }
      return {
        shapes: all.map(({ shape }) => shape),
        results: all.map((result) => result.dataSync() as Float32Array),
        isFast,
      };
    });
  }
}

/** Whether a tensor lies in WebAssembly memory, or will when it is computed. */
export function isInMemory({ dataId }: TensorInfo): boolean {
  const data = (findBackend('simd') as SimdBackend).data;
  if (!data.has(dataId)) return false;
  const { block, pending } = data.get(dataId) as TensorData;
  return block !== undefined || pending !== undefined;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
