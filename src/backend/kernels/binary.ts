import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
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

export const binaryKernels: readonly SimdKernel[] = operations.map((kernelName, operation) => ({
  kernelName,
  run(backend: SimdBackend, operands: Operands) {
    const { a, b } = operands;
    const fused = kernelName === 'Add' && (fuseBias(backend, a, b) ?? fuseBias(backend, b, a));
    return fused || binary(backend, operation, operands);
  },
}));

interface Operands {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

function binary(
  backend: SimdBackend,
  operation: number,
  { a, b }: Operands,
): TensorInfo | undefined {
  const walk = broadcastWalk(a.shape, b.shape);
  if (!walk) return undefined;
  const out = backend.output(walk.shape);
  backend.run(
    'binary',
    {
      ...walk.strides,
      operation,
      a: backend.pointer(a),
      b: backend.pointer(b),
      out: backend.pointer(out),
    },
    { count: util.sizeFromShape(walk.shape), grain: 16_384 },
  );
  return out;
}

interface Axis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/**
 * How assembly/binary.ts walks two operands: axes along which both go on evenly become one, and what remains must
 * be at most three axes; undefined where it is more.
 */
function broadcastWalk(aShape: number[], bShape: number[]) {
  if (util.arraysEqual(aShape, bShape)) return { shape: aShape, strides: evenStrides(aShape) };
  const shape = broadcast_util.assertAndGetBroadcastShape(aShape, bShape);
  const axes: Axis[] = [];
  let aStride = 1;
  let bStride = 1;
  for (let i = 1; i <= shape.length; i++) {
    const size = shape.at(-i) as number;
    const aSize = aShape.at(-i) ?? 1;
    const bSize = bShape.at(-i) ?? 1;
    const axis = { size, a: aSize === 1 ? 0 : aStride, b: bSize === 1 ? 0 : bStride };
    aStride *= aSize;
    bStride *= bSize;
    if (size !== 1) join(axes, axis);
  }
  if (axes.length > 3) return undefined;
  const single = { size: 1, a: 0, b: 0 };
  const [inner = { size: 1, a: 1, b: 1 }, middle = single, outer = single] = axes;
  const strides = {
    aOuter: outer.a,
    aMiddle: middle.a,
    aInner: inner.a,
    bOuter: outer.b,
    bMiddle: middle.b,
    bInner: inner.b,
    middle: middle.size,
    inner: inner.size,
  };
  return { shape, strides };
}

/** Adds an axis outside of the last one, or makes it part of that. */
function join(axes: Axis[], axis: Axis): void {
  const last = axes.at(-1);
  if (last && axis.a === last.a * last.size && axis.b === last.b * last.size) {
    axes[axes.length - 1] = { ...last, size: last.size * axis.size };
  } else {
    axes.push(axis);
  }
}

function evenStrides(shape: number[]) {
  const inner = util.sizeFromShape(shape);
  return { aOuter: 0, aMiddle: 0, aInner: 1, bOuter: 0, bMiddle: 0, bInner: 1, middle: 1, inner };
}
