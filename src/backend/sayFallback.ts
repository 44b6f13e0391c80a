import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdKernelName } from './kernelNames.ts';

/** Kernels that take many times as long on the cpu backend; for the others it hardly matters. */
const heavy: readonly SimdKernelName[] = [
  'BatchMatMul',
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'FusedConv2D',
  'FusedDepthwiseConv2D',
  '_FusedMatMul',
];
const said = new Set<SimdKernelName>();

/** Warns, once a kernel, that the cpu backend has computed a heavy one, and for which inputs. */
export function sayFallback(kernelName: SimdKernelName, inputs: object, attrs: object): void {
  if (!heavy.includes(kernelName) || said.has(kernelName)) return;
  said.add(kernelName);
  const tensors = Object.entries(inputs as Record<string, TensorInfo | undefined>)
    .filter(([, input]) => input)
    .map(([name, input]) => `${name}: ${input?.dtype} [${input?.shape}]`);
  backend_util.warn(
    `The simd backend has no fast ${kernelName} for ${tensors.join(', ')} with ${JSON.stringify(attrs)}: ` +
      "the cpu backend's computes it, which takes many times as long. This is said once.",
  );
}
