import { type FusedBatchNormAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { isRow } from './isRow.ts';

export const batchNormKernels: readonly SimdKernel[] = [
  { kernelName: 'FusedBatchNorm', run: batchNorm },
  { kernelName: 'SimdBatchNormSums', run: batchNormSums },
  { kernelName: 'SimdBatchNormTraining', run: batchNormTraining },
  { kernelName: 'SimdBatchNormTrainingGradient', run: trainingGradient },
  { kernelName: 'SimdMovingAverage', run: movingAverage },
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
function batchNormSums(backend: SimdBackend, inputs: SumsInputs): TensorInfo[] {
  const rows = rowsOf(inputs.x);
  const { sums, products } = partialSums(backend, rows, inputs);
  return [sums, products].map((partial) => added(backend, rows, partial, 1));
}

export interface BatchNormTrainingInputs {
  readonly x: TensorInfo;
  readonly scale: TensorInfo;
  readonly offset: TensorInfo;
}

export interface BatchNormAttrs {
  readonly epsilon: number;
}

/** `x` normalized by its own mean and variance over all axes but the last, and these. */
function batchNormTraining(
  backend: SimdBackend,
  { x, scale, offset }: BatchNormTrainingInputs,
  { epsilon: varianceEpsilon }: BatchNormAttrs,
): TensorInfo[] {
  const rows = rowsOf(x);
  const { count, channels, chunks, rowFloats } = rows;
  const sums = backend.scratch(8 * rowFloats * chunks);
  const pointer = backend.pointer(x);
  const length = { outer: 1, length: count, inner: channels, chunks };
  backend.run('sumMiddle', { ...length, x: pointer, sums }, { count, chunks });
  const mean = added(backend, rows, sums, 1 / count);
  const squares = backend.scratch(8 * rowFloats * chunks);
  backend.run(
    'squaredDeviations',
    { x: pointer, mean: backend.pointer(mean), sums: squares, channels },
    { count, chunks },
  );
  const variance = added(backend, rows, squares, 1 / count);
  const inputs = { x, mean, variance, scale, offset };
  const out = batchNorm(backend, inputs, { varianceEpsilon }) as TensorInfo;
  return [out, mean, variance];
}

export interface BatchNormGradientInputs extends SumsInputs {
  readonly variance: TensorInfo;
  readonly scale: TensorInfo;
}

/** The gradients of batchNormTraining by x, scale and offset. */
function trainingGradient(
  backend: SimdBackend,
  { variance, scale, ...inputs }: BatchNormGradientInputs,
  { epsilon }: BatchNormAttrs,
): TensorInfo[] {
  const { x, mean, dy } = inputs;
  const rows = rowsOf(x);
  const { count, channels, chunks, rowFloats } = rows;
  const sums = partialSums(backend, rows, inputs);
  const dx = backend.output(x.shape);
  const [dScale, dOffset] = [backend.output([channels]), backend.output([channels])] as const;
  const factors = backend.scratch(12 * rowFloats);
  backend.run(
    'batchNormTotals',
    {
      ...sums,
      variance: backend.pointer(variance),
      scale: backend.pointer(scale),
      dOffset: backend.pointer(dOffset),
      dScale: backend.pointer(dScale),
      factors,
      channels,
      chunks,
      rows: count,
      epsilon,
    },
    { count: channels, grain: 1024 },
  );
  backend.run(
    'batchNormInput',
    {
      x: backend.pointer(x),
      mean: backend.pointer(mean),
      dy: backend.pointer(dy),
      factors,
      dx: backend.pointer(dx),
      channels,
    },
    { count, grain: Math.ceil(worthAThread / channels) },
  );
  return [dx, dScale, dOffset];
}

export interface MovingAverageInputs {
  readonly average: TensorInfo;
  readonly value: TensorInfo;
}

export interface MovingAverageAttrs {
  /** The share of the new value. */
  readonly rate: number;
}

/** average - (average - value) * rate */
function movingAverage(
  backend: SimdBackend,
  { average, value }: MovingAverageInputs,
  { rate }: MovingAverageAttrs,
): TensorInfo {
  const out = backend.output(average.shape);
  const pointers = { average: backend.pointer(average), value: backend.pointer(value) };
  backend.run(
    'movingAverage',
    { ...pointers, out: backend.pointer(out), rate },
    { count: util.sizeFromShape(average.shape), grain: worthAThread },
  );
  return out;
}

interface SumsInputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly dy: TensorInfo;
}

/** The rows of a tensor: all axes but the last. */
interface Rows {
  readonly count: number;
  readonly channels: number;
  /** Chunks of rows that have sums of their own. */
  readonly chunks: number;
  /** Numbers in a row of sums. */
  readonly rowFloats: number;
}

function rowsOf({ shape }: TensorInfo): Rows {
  const channels = shape.at(-1) as number;
  const size = util.sizeFromShape(shape);
  const chunks = Math.min(mostChunks, Math.ceil(size / worthAThread));
  return { count: size / channels, channels, chunks, rowFloats: (channels + 3) & ~3 };
}

/** The sums of dy, and of dy * (x - mean), of each chunk of rows. */
function partialSums(
  backend: SimdBackend,
  { count, channels, chunks, rowFloats }: Rows,
  { x, mean, dy }: SumsInputs,
): { sums: number; products: number } {
  const sums = backend.scratch(8 * rowFloats * chunks);
  const products = backend.scratch(8 * rowFloats * chunks);
  const pointers = { x: backend.pointer(x), mean: backend.pointer(mean), dy: backend.pointer(dy) };
  backend.run('batchNormSums', { ...pointers, sums, products, channels }, { count, chunks });
  return { sums, products };
}

/** A row: the sums of all chunks, times `scale`. */
function added(
  backend: SimdBackend,
  { channels, chunks, rowFloats }: Rows,
  sums: number,
  scale: number,
): TensorInfo {
  const out = backend.output([channels]);
  const layout = { sums, inner: channels, step: rowFloats, chunks, scale };
  backend.run(
    'addChunks',
    { ...layout, out: backend.pointer(out) },
    { count: channels, grain: 1024 },
  );
  return out;
}
