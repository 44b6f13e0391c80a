import { getBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';

/** Backends with a memory of their own: what goes in is copied, and so is what `data()` gives. */
const copying = ['simd', 'wasm'];

/** A copy of a tensor's numbers, and one copy only: what is large is not copied twice. */
export async function copyOf(x: Tensor): Promise<Float32Array | Int32Array> {
  const values = (await x.data()) as Float32Array | Int32Array;
  return copying.includes(getBackend()) ? values : values.slice();
}

/** Arrays that nobody writes to. */
const constants = new WeakSet<object>();

/** Says that nobody writes to these numbers, so that a tensor may keep them as they are: those of a file that was read. */
export function keptConstant<Values extends Float32Array | Int32Array>(values: Values): Values {
  constants.add(values);
  return values;
}

/** A tensor of numbers that stay the caller's: they are copied once, or not at all if nobody writes to them. */
export function tensorOfCopy(
  values: Float32Array | Int32Array | Uint8Array,
  shape: readonly number[],
  dtype: 'float32' | 'int32' | 'bool',
): Tensor {
  const shared = copying.includes(getBackend()) || constants.has(values);
  const own = shared ? values : values.slice();
  return tensor(own, [...shape], dtype);
}
