import { getBackend, type Tensor } from '@tensorflow/tfjs-core';

/** Backends whose `data()` is a copy already. */
const copying = ['simd', 'wasm'];

/** A copy of a tensor's numbers, and one copy only: what is large is not copied twice. */
export async function copyOf(x: Tensor): Promise<Float32Array | Int32Array> {
  const values = (await x.data()) as Float32Array | Int32Array;
  return copying.includes(getBackend()) ? values : values.slice();
}
