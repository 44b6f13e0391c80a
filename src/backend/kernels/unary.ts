import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import * as operations from '../assembly/operations.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { fuseActivation } from './fuse.ts';

export const unaryKernels: readonly SimdKernel[] = [
  { kernelName: 'Relu', run: relu },
  unaryKernel('Relu6', operations.RELU6),
  unaryKernel('Square', operations.SQUARE),
  unaryKernel('Sqrt', operations.SQUARE_ROOT),
  unaryKernel('Rsqrt', operations.RECIPROCAL_ROOT),
  unaryKernel('Neg', operations.NEGATE),
  unaryKernel('Abs', operations.ABSOLUTE),
  unaryKernel('Exp', operations.EXP),
  unaryKernel('Log', operations.LOG),
  unaryKernel('Sigmoid', operations.SIGMOID),
  unaryKernel('Tanh', operations.TANH),
  unaryKernel('Elu', operations.ELU),
  unaryKernel('Floor', operations.FLOOR),
  unaryKernel('Ceil', operations.CEIL),
];

interface Input {
  readonly x: TensorInfo;
}

function unaryKernel(kernelName: SimdKernel['kernelName'], operation: number): SimdKernel {
  return { kernelName, run: (backend, inputs) => unary(backend, operation, inputs as Input) };
}

function relu(backend: SimdBackend, { x }: Input): TensorInfo {
  return fuseActivation(backend, x, 'relu') ?? unary(backend, operations.RELU, { x });
}

function unary(backend: SimdBackend, operation: number, { x }: Input): TensorInfo {
  const out = backend.output(x.shape);
  backend.run(
    'unary',
    { operation, x: backend.pointer(x), out: backend.pointer(out) },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return out;
}
