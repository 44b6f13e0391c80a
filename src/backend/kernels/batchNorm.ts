import { type FusedBatchNormAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { isRow } from './isRow.ts';

export const batchNormKernels: readonly SimdKernel[] = [
  { kernelName: 'FusedBatchNorm', run: batchNorm },
  { kernelName: 'SimdBatchNormSums', run: batchNormSums },
];

/** Floats that a thread normalizes in some 20 us. */
const worthAThread = 16_384;
const mostChunks = 16;

interface Inputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly scale?: TensorInfo;
  readonly offset?: TensorInfo;
}

function batchNorm(
  backend: SimdBackend,
  { x, mean, variance, scale, offset }: Inputs,
  { varianceEpsilon }: FusedBatchNormAttrs,
): TensorInfo | undefined {
  const channels = x.shape.at(-1) ?? 0;
  const rows = [mean, variance, scale, offset].filter((row) => row !== undefined && row !== null);
  if (channels === 0 || !rows.every((row) => isRow(row, channels))) return undefined;
  const out = backend.output(x.shape);
  const scratchBytes = 4 * channels + 16;
  backend.run(
    'batchNorm',
    {
      x: backend.pointer(x),
      mean: backend.pointer(mean),
      variance: backend.pointer(variance),
      scale: backend.pointerIfAny(scale),
      offset: backend.pointerIfAny(offset),
      out: backend.pointer(out),
      channels,
      epsilon: varianceEpsilon ?? 0.001,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    {
      count: util.sizeFromShape(x.shape) / channels,
      grain: Math.ceil(worthAThread / channels),
    },
  );
  return out;
}

/** Two rows of `channels` floats: the sums over all rows of dy, and of dy * (x - mean). */
function batchNormSums(
  backend: SimdBackend,
  { x, mean, dy }: { x: TensorInfo; mean: TensorInfo; dy: TensorInfo },
): TensorInfo[] {
  const channels = x.shape.at(-1) as number;
  const rowFloats = (channels + 3) & ~3;
  const rows = util.sizeFromShape(x.shape) / channels;
  const chunks = Math.min(mostChunks, Math.ceil((rows * channels) / worthAThread));
  const sums = backend.scratch(8 * rowFloats * chunks);
  const products = backend.scratch(8 * rowFloats * chunks);
  const scratchBytes = 8 * rowFloats;
  backend.run(
    'batchNormSums',
    {
      x: backend.pointer(x),
      mean: backend.pointer(mean),
      dy: backend.pointer(dy),
      sums,
      products,
      channels,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: rows, chunks },
  );
  return [sums, products].map((partial) => {
    const out = backend.output([channels]);
    const layout = { sums: partial, inner: channels, step: rowFloats, chunks, scale: 1 };
    backend.run(
      'addChunks',
      { ...layout, out: backend.pointer(out) },
      { count: channels, grain: 1024 },
    );
    return out;
  });
}
