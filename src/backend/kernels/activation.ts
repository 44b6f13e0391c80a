import { type backend_util, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { ACTIVATE_LINEAR, ACTIVATE_RELU, ACTIVATE_RELU6 } from '../assembly/operations.ts';
import type { SimdBackend } from '../simdBackend.ts';

type Activation = backend_util.Activation;

/** Codes of the activations with which assembly/lanes.ts can end a kernel. */
const built: Partial<Record<Activation, number>> = {
  linear: ACTIVATE_LINEAR,
  relu: ACTIVATE_RELU,
  relu6: ACTIVATE_RELU6,
};

/** The code of an activation that a kernel can end with; linear for the others, which are a kernel of their own. */
export function activationCode(activation: Activation | undefined): number {
  return built[activation ?? 'linear'] ?? ACTIVATE_LINEAR;
}

/** Whether a kernel can end with an activation. */
export function isBuiltIn(activation: Activation | undefined): boolean {
  return (activation ?? 'linear') in built;
}

/** Applies an activation that no kernel can end with, as a kernel of its own; `x` is used up. */
export function applyActivation(
  backend: SimdBackend,
  x: TensorInfo,
  activation: Activation | undefined,
  alpha: TensorInfo | undefined,
  leakyreluAlpha: number | undefined,
): TensorInfo {
  if (activation === undefined || isBuiltIn(activation)) return x;
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
