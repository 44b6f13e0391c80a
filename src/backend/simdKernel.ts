import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { SimdKernelName } from './kernelNames.ts';
import { sayFallback } from './sayFallback.ts';
import type { SimdBackend } from './simdBackend.ts';

/** A kernel that is faster than the cpu backend's, for some of its inputs. */
export interface SimdKernel {
  /** As tfjs calls it, e.g. `Conv2D`; with the prefix `Simd` where no other backend has it. */
  readonly kernelName: SimdKernelName;
  /** Names of the inputs that are integers; all others are float32. */
  readonly integers?: readonly string[];
  /**
   * The kernel's result, or undefined for inputs that are left to the cpu backend's kernel. tfjs-core declares the
   * types of `inputs` and `attrs` under the kernel's name (`Conv2DInputs`, `Conv2DAttrs`).
   */
  run(backend: SimdBackend, inputs: object, attrs: object): TensorInfo | TensorInfo[] | undefined;
}

/**
 * A kernel of the simd backend in the form in which tfjs registers it.
 *
 * The inputs are checked for float32 here. Inputs of other types go to the cpu backend's kernel, as do those for which
 * the kernel returns undefined.
 *
 * @throws MemoryFull if the backend's memory has no room for the result.
 */
export function kernelConfig({ kernelName, integers = [], run }: SimdKernel): KernelConfig {
  const inherited: KernelFunc | undefined = getKernel(kernelName, 'cpu')?.kernelFunc;
  return {
    kernelName,
    backendName: 'simd',
    kernelFunc(call) {
      const backend = call.backend as SimdBackend;
      const result = areFloats(call.inputs, integers)
        ? backend.runKernel(() => run(backend, call.inputs, call.attrs ?? {}))
        : undefined;
      if (result) return result;
      if (inherited) {
        const slow = inherited(call);
        sayFallback(kernelName, call.inputs, call.attrs ?? {});
        return slow;
      }
      throw new MetricLearningError({
        where: `simd backend, ${kernelName}`,
        expected: 'float32 tensors',
        got: Object.values(call.inputs)
          .map((input) => input?.dtype)
          .join(', '),
      });
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
