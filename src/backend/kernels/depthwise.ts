import {
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type FusedDepthwiseConv2DAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { REDUCE_SUM } from '../assembly/operations.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { activationCode, applyActivation } from './activation.ts';
import { depthwiseGeometry, rowsWorthAThread } from './depthwiseGeometry.ts';
import { isRow } from './isRow.ts';

export const depthwiseKernels: readonly SimdKernel[] = [
  { kernelName: 'DepthwiseConv2dNative', run: depthwise },
  { kernelName: 'FusedDepthwiseConv2D', run: depthwise },
  { kernelName: 'DepthwiseConv2dNativeBackpropInput', run: inputGradient },
  { kernelName: 'DepthwiseConv2dNativeBackpropFilter', run: filterGradient },
];

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

function depthwise(
  backend: SimdBackend,
  { x, filter, bias, preluActivationWeights }: Inputs,
  attrs: DepthwiseConv2dNativeAttrs & Partial<FusedDepthwiseConv2DAttrs>,
): TensorInfo | undefined {
  const geometry = depthwiseGeometry(x.shape, filter.shape, attrs);
  if (!geometry) return undefined;
  const { outShape, sizes } = geometry;
  if (bias && !isRow(bias, outShape[3])) return undefined;
  const { activation, leakyreluAlpha } = attrs;
  const out = backend.output(outShape);
  backend.run(
    'depthwiseConv2d',
    {
      ...sizes,
      x: backend.pointer(x),
      filter: backend.pointer(filter),
      bias: backend.pointerIfAny(bias),
      out: backend.pointer(out),
      activation: activationCode(activation),
    },
    { count: outShape[0] * outShape[1], grain: rowsWorthAThread(geometry) },
  );
  return applyActivation(backend, out, activation, preluActivationWeights, leakyreluAlpha);
}

function inputGradient(
  backend: SimdBackend,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  attrs: DepthwiseConv2dNativeBackpropInputAttrs,
): TensorInfo | undefined {
  const geometry = depthwiseGeometry(attrs.inputShape, filter.shape, attrs);
  if (!geometry) return undefined;
  const { outShape, sizes } = geometry;
  if (!util.arraysEqual(dy.shape, outShape)) return undefined;
  const dx = backend.output(attrs.inputShape);
  backend.run(
    'depthwiseInput',
    {
      ...sizes,
      dy: backend.pointer(dy),
      filter: backend.pointer(filter),
      dx: backend.pointer(dx),
    },
    { count: outShape[0], grain: Math.ceil(rowsWorthAThread(geometry) / (outShape[1] + 1)) },
  );
  return dx;
}

/** Partial sums of a filter gradient, where there are so many rows to add. */
const mostChunks = 16;

function filterGradient(
  backend: SimdBackend,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  attrs: DepthwiseConv2dNativeBackpropFilterAttrs,
): TensorInfo | undefined {
  const geometry = depthwiseGeometry(x.shape, attrs.filterShape, attrs);
  if (!geometry) return undefined;
  const { outShape, sizes } = geometry;
  const rows = outShape[0] * outShape[1];
  if (!util.arraysEqual(dy.shape, outShape) || rows === 0) return undefined;
  const out = backend.output(attrs.filterShape);
  const size = util.sizeFromShape(attrs.filterShape);
  const chunks = Math.min(mostChunks, Math.ceil(rows / rowsWorthAThread(geometry)));
  const sums = chunks === 1 ? backend.pointer(out) : backend.scratch(4 * size * chunks);
  backend.run(
    'depthwiseFilter',
    { ...sizes, x: backend.pointer(x), dy: backend.pointer(dy), sums },
    { count: rows, chunks },
  );
  if (chunks > 1) addPartialSums(backend, sums, chunks, size, backend.pointer(out));
  return out;
}

/** Adds partial sums that lie side by side, in their order. */
function addPartialSums(
  backend: SimdBackend,
  sums: number,
  chunks: number,
  size: number,
  out: number,
): void {
  backend.run(
    'reduceMiddle',
    {
      operation: REDUCE_SUM,
      x: sums,
      out,
      outer: 1,
      length: chunks,
      inner: size,
      chunks: 1,
      scale: 1,
    },
    { count: chunks, chunks: 1 },
  );
}
