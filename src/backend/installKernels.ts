import {
  copyRegisteredKernels,
  getKernelsForBackend,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { avgPoolKernels } from './kernels/avgPool.ts';
import { batchNormKernels } from './kernels/batchNorm.ts';
import { binaryKernels } from './kernels/binary.ts';
import { concatKernels } from './kernels/concat.ts';
import { conv2dKernels } from './kernels/conv2d.ts';
import { conv2dGradientKernels } from './kernels/conv2dGradients.ts';
import { crossEntropyKernels } from './kernels/crossEntropy.ts';
import { depthwiseKernels } from './kernels/depthwise.ts';
import { gateKernels } from './kernels/gate.ts';
import { gatherKernels } from './kernels/gather.ts';
import { layoutKernels } from './kernels/layout.ts';
import { matMulKernels } from './kernels/matMul.ts';
import { maxPoolKernels } from './kernels/maxPool.ts';
import { normalizeKernels } from './kernels/normalize.ts';
import { pairKernels } from './kernels/pairs.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { reluKernels } from './kernels/relu.ts';
import { sliceKernels } from './kernels/slice.ts';
import { softmaxKernels } from './kernels/softmax.ts';
import { stepKernels } from './kernels/step.ts';
import { unaryKernels } from './kernels/unary.ts';
import { kernelConfig, type SimdKernel } from './simdKernel.ts';

/** All kernels that take the place of the cpu backend's. */
export const simdKernels: readonly SimdKernel[] = [
  ...avgPoolKernels,
  ...batchNormKernels,
  ...binaryKernels,
  ...concatKernels,
  ...conv2dKernels,
  ...conv2dGradientKernels,
  ...depthwiseKernels,
  ...gateKernels,
  ...gatherKernels,
  ...layoutKernels,
  ...matMulKernels,
  ...maxPoolKernels,
  ...normalizeKernels,
  ...pairKernels,
  ...crossEntropyKernels,
  ...reduceKernels,
  ...reluKernels,
  ...sliceKernels,
  ...softmaxKernels,
  ...stepKernels,
  ...unaryKernels,
];

/** Gives the simd backend all kernels of the cpu backend, and the faster ones in their place. */
export function installKernels(): void {
  for (const { kernelName } of getKernelsForBackend('simd')) unregisterKernel(kernelName, 'simd');
  copyRegisteredKernels('cpu', 'simd');
  const inherited = new Set(getKernelsForBackend('simd').map(({ kernelName }) => kernelName));
  for (const kernel of simdKernels) {
    if (inherited.has(kernel.kernelName)) unregisterKernel(kernel.kernelName, 'simd');
    registerKernel(kernelConfig(kernel));
  }
}
