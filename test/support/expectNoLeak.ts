import { memory } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** Runs `body` and expects as many tensors and buffers after it as before. */
export function expectNoLeak<T>(body: () => T): T {
  const before = memory();
  const result = body();
  const check = (): void => {
    const after = memory();
    expect(
      { tensors: after.numTensors, buffers: after.numDataBuffers },
      'tensors alive after the call',
    ).toEqual({ tensors: before.numTensors, buffers: before.numDataBuffers });
  };
  if (result instanceof Promise) {
    return result.then((value) => {
      check();
      return value;
    }) as T;
  }
  check();
  return result;
}
