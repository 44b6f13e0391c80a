import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const adamKernels: readonly SimdKernel[] = [{ kernelName: 'SimdAdam', run: adam }];

/** What a step of Adam is made of, for one variable. */
export interface AdamInputs {
  readonly value: TensorInfo;
  readonly gradient: TensorInfo;
  /** The running mean of the gradient, and of its square. */
  readonly first: TensorInfo;
  readonly second: TensorInfo;
  /** Scalars: 1 - beta1 ** steps, and 1 - beta2 ** steps. */
  readonly correction1: TensorInfo;
  readonly correction2: TensorInfo;
}

export interface AdamAttrs {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The new value, and both new means. */
function adam(
  backend: SimdBackend,
  inputs: AdamInputs,
  { learningRate, beta1, beta2, epsilon }: AdamAttrs,
): TensorInfo[] {
  const { shape } = inputs.value;
  const [newValue, newFirst, newSecond] = [0, 1, 2].map(() => backend.output(shape)) as [
    TensorInfo,
    TensorInfo,
    TensorInfo,
  ];
  backend.run(
    'adam',
    {
      value: backend.pointer(inputs.value),
      gradient: backend.pointer(inputs.gradient),
      first: backend.pointer(inputs.first),
      second: backend.pointer(inputs.second),
      correction1: backend.pointer(inputs.correction1),
      correction2: backend.pointer(inputs.correction2),
      newValue: backend.pointer(newValue),
      newFirst: backend.pointer(newFirst),
      newSecond: backend.pointer(newSecond),
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      epsilon,
      rate: -learningRate,
    },
    { count: util.sizeFromShape(shape), grain: 8192 },
  );
  return [newValue, newFirst, newSecond];
}
