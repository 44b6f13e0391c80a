import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { broadcastWalk } from './broadcastWalk.ts';
import { fuseBias } from './fuse.ts';

/** Their places are the numbers of assembly/binary.ts. */
const operations = [
  'Add',
  'Sub',
  'Multiply',
  'RealDiv',
  'Maximum',
  'Minimum',
  'SquaredDifference',
] as const;

/** a / b, and 0 where b is 0: the operation after those. */
export const divideOrZero: number = operations.length;

export const binaryKernels: readonly SimdKernel[] = operations.map((kernelName, operation) => ({
  kernelName,
  run(backend: SimdBackend, operands: Operands) {
    const { a, b } = operands;
    const fused = kernelName === 'Add' && (fuseBias(backend, a, b) ?? fuseBias(backend, b, a));
    return fused || binary(backend, operation, operands);
  },
}));

export interface Operands {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** a (operation) b, broadcast; undefined for shapes that take a longer walk. */
export function binary(
  backend: SimdBackend,
  operation: number,
  { a, b }: Operands,
): TensorInfo | undefined {
  const walk = broadcastWalk(a.shape, b.shape);
  if (!walk) return undefined;
  const out = backend.output(walk.shape);
  // Field by field: these calls are many and small, and spreading `walk` would take longer than the rest.
  const { aOuter, aMiddle, aInner, bOuter, bMiddle, bInner, middle, inner } = walk;
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
    { count: walk.size, grain: 16_384 },
  );
  return out;
}
