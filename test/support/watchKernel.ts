import {
  getKernel,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/** Calls `onRun` with the result each time a kernel of the simd backend has run from now on. */
export function watchKernel(
  kernelName: string,
  onRun: (result: TensorInfo | TensorInfo[]) => unknown,
): void {
  const config = getKernel(kernelName, 'simd');
  unregisterKernel(kernelName, 'simd');
  registerKernel({
    ...config,
    kernelFunc(call) {
      const result = config.kernelFunc(call);
      onRun(result);
      return result;
    },
  });
}
