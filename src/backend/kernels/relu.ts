import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { maskPoolGradient } from './maxPool.ts';

export const reluKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdReluGradient', run: reluGradient },
];

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

export interface ReluGradientAttrs {
  /** The activation is constant above it: 6 for Relu6, Infinity for Relu. */
  readonly most: number;
}

/** dy where x is above 0 and at most `most`, NaN where x is, and 0 elsewhere. */
function reluGradient(
  backend: SimdBackend,
  { x, dy }: Inputs,
  { most }: ReluGradientAttrs,
): TensorInfo {
  const fused = most === Infinity && maskPoolGradient(backend, dy, x);
  if (fused) return fused;
  const dx = backend.output(x.shape);
  backend.run(
    'reluGradient',
    { x: backend.pointer(x), dy: backend.pointer(dy), dx: backend.pointer(dx), most },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return dx;
}
