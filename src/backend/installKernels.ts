import {
  copyRegisteredKernels,
  getKernelsForBackend,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { adamKernels } from './kernels/adam.ts';
import { avgPoolKernels } from './kernels/avgPool.ts';
import { batchNormKernels } from './kernels/batchNorm.ts';
import { binaryKernels } from './kernels/binary.ts';
import { boundedSumsKernels } from './kernels/boundedSums.ts';
import { clipKernels } from './kernels/clip.ts';
import { concatKernels } from './kernels/concat.ts';
import { conv2dKernels } from './kernels/conv2d.ts';
import { conv2dGradientKernels } from './kernels/conv2dGradients.ts';
import { crossEntropyKernels } from './kernels/crossEntropy.ts';
import { depthwiseKernels } from './kernels/depthwise.ts';
import { drawnKernels } from './kernels/drawn.ts';
import { dropoutKernels } from './kernels/dropout.ts';
import { gatherKernels } from './kernels/gather.ts';
import { layerNormKernels } from './kernels/layerNorm.ts';
import { layoutKernels } from './kernels/layout.ts';
import { logSumExpKernels } from './kernels/logSumExp.ts';
import { maskedGradientKernels } from './kernels/maskedGradient.ts';
import { matMulKernels } from './kernels/matMul.ts';
import { maxPoolKernels } from './kernels/maxPool.ts';
import { normalizeKernels } from './kernels/normalize.ts';
import { pairMaskKernels } from './kernels/pairMasks.ts';
import { recurrentKernels } from './kernels/recurrent.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { reluKernels } from './kernels/relu.ts';
import { reverseKernels } from './kernels/reverse.ts';
import { rowDistanceKernels } from './kernels/rowDistances.ts';
import { sliceKernels } from './kernels/slice.ts';
import { softmaxKernels } from './kernels/softmax.ts';
import { stepKernels } from './kernels/step.ts';
import { transposedKernels } from './kernels/transposed.ts';
import { unaryKernels } from './kernels/unary.ts';
import { kernelConfig, type SimdKernel } from './simdKernel.ts';

/** All kernels of kernelNames.ts. */
export const simdKernels: readonly SimdKernel[] = [
  ...adamKernels,
  ...avgPoolKernels,
  ...batchNormKernels,
  ...binaryKernels,
  ...boundedSumsKernels,
  ...clipKernels,
  ...concatKernels,
  ...conv2dGradientKernels,
  ...conv2dKernels,
  ...crossEntropyKernels,
  ...depthwiseKernels,
  ...drawnKernels,
  ...dropoutKernels,
  ...gatherKernels,
  ...layerNormKernels,
  ...layoutKernels,
  ...logSumExpKernels,
  ...maskedGradientKernels,
  ...matMulKernels,
  ...maxPoolKernels,
  ...normalizeKernels,
  ...pairMaskKernels,
  ...recurrentKernels,
  ...reduceKernels,
  ...reluKernels,
  ...reverseKernels,
  ...rowDistanceKernels,
  ...sliceKernels,
  ...softmaxKernels,
  ...stepKernels,
  ...transposedKernels,
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
