import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { fuseActivation } from './fuse.ts';

/** Their places are the numbers of assembly/unary.ts. */
const operations = [
  'Relu',
  'Relu6',
  'Square',
  'Sqrt',
  'Rsqrt',
  'Neg',
  'Abs',
  'Exp',
  'Log',
  'Sigmoid',
  'Tanh',
  'Elu',
  'Floor',
  'Ceil',
] as const;

export const unaryKernels: readonly SimdKernel[] = operations.map((kernelName, operation) => ({
  kernelName,
  run(backend: SimdBackend, { x }: { x: TensorInfo }) {
    const fused = kernelName === 'Relu' && fuseActivation(backend, x, 'relu');
    return fused || unary(backend, operation, x);
  },
}));

function unary(backend: SimdBackend, operation: number, x: TensorInfo): TensorInfo {
  const out = backend.output(x.shape);
  backend.run(
    'unary',
    { operation, x: backend.pointer(x), out: backend.pointer(out) },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return out;
}
