import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as operations from '../assembly/operations.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { broadcastStrides } from './broadcastStrides.ts';
import { fuseBias } from './fuse.ts';

export const binaryKernels: readonly SimdKernel[] = [
  { kernelName: 'Add', run: add },
  binaryKernel('Sub', operations.SUBTRACT),
  binaryKernel('Multiply', operations.MULTIPLY),
  binaryKernel('RealDiv', operations.DIVIDE),
  binaryKernel('Maximum', operations.MAXIMUM),
  binaryKernel('Minimum', operations.MINIMUM),
  binaryKernel('SquaredDifference', operations.SQUARED_DIFFERENCE),
  binaryKernel('SimdDivideOrZero', operations.DIVIDE_OR_ZERO),
  binaryKernel('SimdEqual', operations.EQUAL),
];

interface Operands {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

function binaryKernel(kernelName: SimdKernel['kernelName'], operation: number): SimdKernel {
  return { kernelName, run: (backend, inputs) => binary(backend, operation, inputs as Operands) };
}

function add(backend: SimdBackend, { a, b }: Operands): TensorInfo | undefined {
  const fused = fuseBias(backend, a, b) ?? fuseBias(backend, b, a);
  return fused ?? binary(backend, operations.ADD, { a, b });
}
/** a (operation) b, broadcast; undefined for shapes that take more than three axes. */
function binary(
  backend: SimdBackend,
  operation: number,
  { a, b }: Operands,
): TensorInfo | undefined {
  const strides = broadcastStrides(a.shape, b.shape);
  if (!strides) return undefined;
  const out = backend.output(strides.shape);
  // Field by field: these calls are many and small, and spreading `strides` would take longer than the rest.
  const { aOuter, aMiddle, aInner, bOuter, bMiddle, bInner, middle, inner } = strides;
  backend.run(
    'binary',
    {
      operation,
      a: backend.pointer(a),
      aOuter,
      aMiddle,
      aInner,
      b: backend.pointer(b),
      bOuter,
      bMiddle,
      bInner,
      out: backend.pointer(out),
      middle,
      inner,
    },
    { count: strides.size, grain: 16_384 },
  );
  return out;
}
