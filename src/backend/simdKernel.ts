import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { MemoryFull } from './blockMemory.ts';
import type { SimdBackend } from './simdBackend.ts';

/** A kernel that is faster than the cpu backend's, for some of its inputs. */
export interface SimdKernel {
  /** As tfjs calls it, e.g. `Conv2D`. */
  readonly kernelName: string;
  /** Names of the inputs that are integers; all others are float32. */
  readonly integers?: readonly string[];
  /**
   * The kernel's result, or undefined for inputs that the cpu backend's kernel is to take. What `inputs` and `attrs`
   * hold, tfjs-core says under the kernel's name (`Conv2DInputs`, `Conv2DAttrs`).
   */
  run(backend: SimdBackend, inputs: object, attrs: object): TensorInfo | TensorInfo[] | undefined;
  /** The same in JavaScript, for a kernel that the cpu backend does not have: the memory may be full. */
  readonly fallback?: KernelFunc;
}

/**
 * A kernel of the simd backend in the form in which tfjs registers it.
 *
 * The inputs are checked for float32 here: those of other types go to the cpu backend's kernel, as do those for
 * which the kernel returns undefined or the memory is too small.
 */
export function kernelConfig(kernel: SimdKernel): KernelConfig {
  const { kernelName, integers = [], run, fallback } = kernel;
  const inherited = fallback ?? getKernel(kernelName, 'cpu')?.kernelFunc;
  return {
    kernelName,
    backendName: 'simd',
    kernelFunc(call) {
      const backend = call.backend as SimdBackend;
      if (!areFloats(call.inputs, integers)) return inherited(call);
      const mark = backend.beginKernel();
      let result: TensorInfo | TensorInfo[] | undefined;
      let failed = true;
      try {
        result = run(backend, call.inputs, call.attrs ?? {});
        failed = false;
      } catch (error) {
        if (!(error instanceof MemoryFull)) throw error;
      } finally {
        backend.endKernel(mark, failed);
      }
      return result ?? inherited(call);
    },
  };
}

function areFloats(inputs: NamedTensorInfoMap, integers: readonly string[]): boolean {
  for (const name in inputs) {
    const input = inputs[name];
    if (input && input.dtype !== 'float32' && !integers.includes(name)) return false;
  }
  return true;
}
