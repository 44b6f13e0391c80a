import {
  backend_util,
  type MaxAttrs,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { REDUCE_MAX, REDUCE_MIN, REDUCE_SUM } from '../assembly/operations.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { maskedPooling } from './maxPool.ts';

/** The sum of a gradient that went through a relu and a pooling, and is yet to be computed. */
const pooledSumName = 'SimdPooledSum';

/** Mean is a sum that is scaled. */
export const reduceKernels: readonly SimdKernel[] = [
  reduceKernel('Sum', REDUCE_SUM),
  reduceKernel('Mean', REDUCE_SUM, true),
  reduceKernel('Max', REDUCE_MAX),
  reduceKernel('Min', REDUCE_MIN),
  { kernelName: pooledSumName, run: pooledSum },
  { kernelName: 'SimdSums', run: sums },
];

function reduceKernel(
  kernelName: SimdKernel['kernelName'],
  operation: number,
  isMean = false,
): SimdKernel {
  return {
    kernelName,
    run(backend, inputs, attrs) {
      const { x } = inputs as { x: TensorInfo };
      const { keepDims, ...rest } = attrs as SumAttrs | MaxAttrs;
      const axes = 'reductionIndices' in rest ? rest.reductionIndices : rest.axis;
      return reduce(backend, operation, isMean, x, axes, keepDims);
    },
  };
}

/** Floats that a thread adds in some 20 us. */
const worthAThread = 65_536;
const mostChunks = 8;

function reduce(
  backend: SimdBackend,
  operation: number,
  isMean: boolean,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
): TensorInfo | undefined {
  const axes = util.parseAxisParam(axis, x.shape);
  if (operation === REDUCE_SUM && !isMean && isAllButLast(axes, x.shape)) {
    const pooled = sumOfPooling(backend, x, axes, keepDims);
    if (pooled) return pooled;
  }
  const middle = middleAxis(x.shape, axes);
  if (!middle) return undefined;
  const [outer, length, inner] = middle;
  const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const out = backend.output(keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept);
  const to = backend.pointer(out);
  const scale = isMean ? 1 / length : 1;
  if (operation === REDUCE_SUM && length > shortLength && (inner > 1 || outer === 1)) {
    const [from, sizes] = [backend.pointer(x), { outer, length, inner }];
    sumInDoubles(backend, from, to, sizes, scale);
    return out;
  }
  if (inner === 1) {
    backend.run(
      'reduceRows',
      { operation, x: backend.pointer(x), out: to, length, scale },
      { count: outer, grain: Math.ceil(worthAThread / length) },
    );
    return out;
  }
  const size = outer * length * inner;
  const chunks = Math.min(length, mostChunks, Math.ceil(size / worthAThread));
  const partial = chunks === 1 ? to : backend.scratch(4 * outer * chunks * inner);
  const shape = { operation, outer, inner };
  backend.run(
    'reduceMiddle',
    { ...shape, x: backend.pointer(x), out: partial, length, chunks, scale },
    { count: length, chunks },
  );
  if (chunks > 1) {
    backend.run(
      'reduceMiddle',
      { ...shape, x: partial, out: to, length: chunks, chunks: 1, scale: 1 },
      { count: chunks, chunks: 1 },
    );
  }
  return out;
}

/** The float32 sums of so many numbers are precise. */
const shortLength = 128;

/** A sum over the middle axis whose totals are float64 numbers, in as many chunks as there is work for. */
function sumInDoubles(
  backend: SimdBackend,
  x: number,
  out: number,
  { outer, length, inner }: { outer: number; length: number; inner: number },
  scale: number,
): void {
  const size = outer * length * inner;
  const chunks = Math.min(length, mostChunks, Math.ceil(size / worthAThread));
  const step = inner === 1 ? 1 : 4 * Math.ceil(inner / 4);
  const sums = backend.scratch(8 * outer * chunks * step);
  if (inner === 1) {
    backend.run('sumChunks', { x, sums }, { count: length, grain: 4, chunks });
  } else {
    const shape = { outer, length, inner, chunks };
    backend.run('sumMiddle', { x, sums, ...shape }, { count: length, chunks });
  }
  backend.run(
    'addChunks',
    { sums, out, inner, step, chunks, scale },
    { count: outer * inner, grain: 4096 },
  );
}

/**
 * The gradient of a bias: the sum of the pending gradient of a convolution's relu and pooling, of which at most one pixel
 * of each window is not zero.
 */
function sumOfPooling(
  backend: SimdBackend,
  dx: TensorInfo,
  axes: number[],
  keepDims: boolean,
): TensorInfo | undefined {
  const pooling = maskedPooling(backend, dx);
  if (!pooling) return undefined;
  const { dy, pooled } = pooling;
  const [kept] = backend_util.computeOutAndReduceShapes(dx.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
  return backend.runCall({ kernelName: pooledSumName, inputs: { dy, pooled }, attrs: { shape } });
}

/** The sum over all axes but the last of dy where `pooled` is above 0, of shape `shape`. */
function pooledSum(
  backend: SimdBackend,
  { dy, pooled }: { dy: TensorInfo; pooled: TensorInfo },
  { shape }: { shape: number[] },
): TensorInfo {
  const inner = dy.shape.at(-1) as number;
  const size = util.sizeFromShape(dy.shape);
  const length = size / inner;
  const out = backend.output(shape);
  const chunks = Math.min(length, mostChunks, Math.ceil(size / worthAThread));
  const step = 4 * Math.ceil(inner / 4);
  const sums = backend.scratch(8 * chunks * step);
  const [x, mask] = [backend.pointer(dy), backend.pointer(pooled)];
  backend.run('sumMiddleMasked', { x, mask, sums, inner }, { count: length, chunks });
  backend.run(
    'addChunks',
    { sums, out: backend.pointer(out), inner, step, chunks, scale: 1 },
    { count: inner, grain: 4096 },
  );
  return out;
}

/** The sum of all numbers of each input, one after the other. */
function sums(backend: SimdBackend, inputs: object): TensorInfo {
  const tensors = Object.values(inputs) as TensorInfo[];
  const out = backend.output([tensors.length]);
  for (const [i, tensor] of tensors.entries()) {
    const length = util.sizeFromShape(tensor.shape);
    const [x, to] = [backend.pointer(tensor), backend.pointer(out) + 4 * i];
    if (length > 2 * worthAThread) {
      sumInDoubles(backend, x, to, { outer: 1, length, inner: 1 }, 1);
    } else {
      const args = { operation: REDUCE_SUM, x, out: to, length, scale: 1 };
      backend.run('reduceRows', args, { count: 1 });
    }
  }
  return out;
}

function isAllButLast(axes: number[], { length: rank }: number[]): boolean {
  return axes.length === rank - 1 && !axes.includes(rank - 1);
}

/**
 * The shape seen as [outer, length, inner], `length` being all that is reduced; undefined where the reduced axes do
 * not lie side by side, or there is nothing to reduce.
 */
function middleAxis(
  shape: number[],
  axes: number[],
): [outer: number, length: number, inner: number] | undefined {
  const sizes: [number, number, number] = [1, 1, 1];
  let part = 0;
  for (const [axis, size] of shape.entries()) {
    if (size === 0) return undefined;
    if (size === 1) continue;
    const isReduced = axes.includes(axis);
    if (isReduced && part === 0) part = 1;
    if (!isReduced && part === 1) part = 2;
    if (isReduced && part === 2) return undefined;
    sizes[part] = sizes[part]! * size;
  }
  return sizes;
}
