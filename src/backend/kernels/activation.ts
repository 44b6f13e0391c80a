import { type backend_util, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';

type Activation = backend_util.Activation;

/** Numbers of the activations with which assembly/lanes.ts can end a kernel. */
const built: Partial<Record<Activation, number>> = { linear: 0, relu: 1, relu6: 2 };

/** The number of an activation that a kernel can end with; 0 for the others, which come after it. */
export function activationCode(activation: Activation | undefined): number {
  return built[activation ?? 'linear'] ?? 0;
}

/** Applies an activation that no kernel can end with, as a kernel of its own; `x` is used up. */
export function applyActivation(
  backend: SimdBackend,
  x: TensorInfo,
  activation: Activation | undefined,
  alpha: TensorInfo | undefined,
  leakyreluAlpha: number | undefined,
): TensorInfo {
  if (activation === undefined || activation in built) return x;
  const name = { elu: 'Elu', sigmoid: 'Sigmoid', prelu: 'Prelu', leakyrelu: 'LeakyRelu' }[
    activation as 'elu'
  ];
  const y = getKernel(name, 'simd').kernelFunc({
    backend,
    inputs: activation === 'prelu' ? { x, alpha } : { x },
    attrs: leakyreluAlpha === undefined ? {} : { alpha: leakyreluAlpha },
  }) as TensorInfo;
  backend.disposeIntermediateTensorInfo(x);
  return y;
}
