import {
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { bandsOf } from './bands.ts';
import { groupsWorthAThread } from './conv2d.ts';
import { type ConvGeometry, convGeometry } from './convGeometry.ts';
import { maskedPooling } from './maxPool.ts';
import { suitsWinograd, winogradInputGradient } from './winograd.ts';

/** Conv2DBackpropFilter of a gradient that went through a relu and a pooling, and is yet to be computed. */
const pooledName = 'SimdPooledFilterGradient';
/** The call that Conv2DBackpropInput puts off. */
const inputGradientName = 'SimdConvolutionInputGradient';

export const conv2dGradientKernels: readonly SimdKernel[] = [
  { kernelName: 'Conv2DBackpropInput', run: deferInputGradient },
  { kernelName: inputGradientName, run: inputGradient },
  { kernelName: 'Conv2DBackpropFilter', run: filterGradient },
  { kernelName: pooledName, run: pooledFilterGradient },
];

interface InputGradientInputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}

/** Puts the work off: nobody reads the gradient by the images, which tfjs asks for at the first layer. */
function deferInputGradient(
  backend: SimdBackend,
  { dy, filter }: InputGradientInputs,
  attrs: Conv2DBackpropInputAttrs,
): TensorInfo | undefined {
  const geometry = convGeometry(attrs.inputShape, filter.shape, attrs);
  if (!geometry || !isOutput(geometry, dy)) return undefined;
  const inputs = { dy: backend.operand(dy), filter: backend.operand(filter) };
  return backend.defer({ kernelName: inputGradientName, inputs, attrs }, [...attrs.inputShape]);
}

function inputGradient(
  backend: SimdBackend,
  { dy, filter }: InputGradientInputs,
  attrs: Conv2DBackpropInputAttrs,
): TensorInfo {
  const geometry = convGeometry(attrs.inputShape, filter.shape, attrs) as ConvGeometry; // looked at when it was put off
  if (suitsWinograd(geometry)) return winogradInputGradient(backend, geometry, dy, filter);
  const { batch, height, width, channels, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const dx = backend.output([batch, height, width, channels]);
  const panels = Math.ceil(channels / 8);
  const rows = filterHeight * filterWidth * outChannels;
  const packed = backend.scratch(32 * panels * rows);
  backend.run(
    'packTurnedFilter',
    {
      filter: backend.pointer(filter),
      filterHeight,
      filterWidth,
      channels,
      outChannels,
      strideWidth,
      packed,
    },
    { count: panels, grain: Math.ceil(10_000 / (rows + 1)) },
  );

  const rowsOf = (bandHeight: number): number =>
    Math.ceil((bandHeight + filterHeight) / strideHeight) + 1;
  const rowBytes = 16 * outWidth * outChannels;
  const { groups, ...bands } = bandsOf(batch, height, strideHeight, rowBytes, rowsOf);
  const scratchBytes = rowBytes * (rowsOf(bands.bandHeight) + 1);
  backend.run(
    'conv2dInput',
    {
      ...geometry,
      ...bands,
      dy: backend.pointer(dy),
      filter: packed,
      dx: backend.pointer(dx),
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: groups, grain: groupsWorthAThread(geometry, bands.bandHeight) },
  );
  return dx;
}

/** Memory for the partial sums of a filter gradient: fewer chunks of images where the filter is large. */
const sumsLimit = 4 * 2 ** 20;
const mostChunks = 8;
/** Floats in a row of the filter from which on zeros in dy are worth skipping. */
const longRow = 32;

function filterGradient(
  backend: SimdBackend,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  attrs: Conv2DBackpropFilterAttrs,
): TensorInfo | undefined {
  const geometry = convGeometry(x.shape, attrs.filterShape, attrs);
  if (!geometry || !isOutput(geometry, dy) || geometry.batch === 0) return undefined;
  const pooling = maskedPooling(backend, dy);
  if (pooling) {
    const inputs = { x: backend.operand(x), ...pooling };
    return backend.runCall({ kernelName: pooledName, inputs, attrs });
  }
  const { batch, channels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth } = geometry;
  const rowFloats = filterWidth * channels;
  const sums = partialSums(backend, geometry);
  const rows = 4 * Math.ceil(rowFloats / 4);
  const sparseBytes = 4 * filterHeight * rows * outChannels;
  const skipsZeros = rowFloats >= longRow;
  const sparse = {
    sparseSums: skipsZeros ? backend.scratch(sums.chunks * sparseBytes) : 0,
    sparseBytes,
  };
  const scratchBytes = paddedBytes(geometry) + 32 * outHeight * outWidth;
  const { batch: _, ...sizes } = geometry;
  const { chunks, ...partial } = sums;
  backend.run(
    'conv2dFilter',
    {
      ...sizes,
      ...partial,
      ...sparse,
      x: backend.pointer(x),
      dy: backend.pointer(dy),
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: batch, chunks },
  );
  return total(backend, geometry, sums, sparse);
}

/** TAPS of assembly/conv2dPooledFilter.ts. */
const tapsAtOnce = 9;

interface PooledInputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
  readonly pooled: TensorInfo;
  readonly codes: TensorInfo;
}

function pooledFilterGradient(
  backend: SimdBackend,
  { x, dy, pooled, codes }: PooledInputs,
  attrs: Conv2DBackpropFilterAttrs,
): TensorInfo {
  const geometry = convGeometry(x.shape, attrs.filterShape, attrs) as ConvGeometry; // looked at by filterGradient
  const [batch, poolHeight, poolWidth] = dy.shape as [number, number, number];
  const sums = partialSums(backend, geometry);
  const { chunks, ...partial } = sums;
  const { batch: _, filterHeight, filterWidth, channels, ...sizes } = geometry;
  const scratchBytes = paddedBytes(geometry) + 16 * tapsAtOnce * poolHeight * poolWidth;
  backend.run(
    'conv2dPooledFilter',
    {
      ...sizes,
      ...partial,
      filterHeight,
      filterWidth,
      channels,
      poolHeight,
      poolWidth,
      x: backend.pointer(x),
      dy: backend.pointer(dy),
      pooled: backend.pointer(pooled),
      codes: backend.pointer(codes),
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: batch, chunks },
  );
  return total(backend, geometry, sums, { sparseSums: 0, sparseBytes: 0 });
}

interface PartialSums {
  readonly chunks: number;
  readonly sums: number;
  readonly sumsBytes: number;
}

/** Memory for the sums of each chunk of images. How many chunks there are depends on the shapes alone. */
function partialSums(backend: SimdBackend, geometry: ConvGeometry): PartialSums {
  const { batch, channels, outChannels, filterHeight, filterWidth } = geometry;
  const rows = 4 * Math.ceil((filterWidth * channels) / 4);
  const columns = 8 * Math.ceil(outChannels / 8);
  const sumsBytes = 4 * filterHeight * rows * columns;
  const most = Math.min(mostChunks, Math.floor(sumsLimit / sumsBytes));
  const chunks = Math.max(1, Math.min(batch, most));
  return { chunks, sums: backend.scratch(chunks * sumsBytes), sumsBytes };
}

/** Bytes of an image with its padding, and of the vector past its end. */
function paddedBytes(geometry: ConvGeometry): number {
  const { channels, outHeight, outWidth } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  return 4 * paddedHeight * paddedWidth * channels + 16;
}

/** The gradient of the filter: the sums of all chunks. */
function total(
  backend: SimdBackend,
  { filterHeight, filterWidth, channels, outChannels }: ConvGeometry,
  partial: PartialSums,
  sparse: { readonly sparseSums: number; readonly sparseBytes: number },
): TensorInfo {
  const out = backend.output([filterHeight, filterWidth, channels, outChannels]);
  const rowFloats = filterWidth * channels;
  const columns = 8 * Math.ceil(outChannels / 8);
  backend.run(
    'conv2dFilterTotal',
    { ...partial, ...sparse, out: backend.pointer(out), filterHeight, rowFloats, outChannels },
    { count: filterHeight * rowFloats, grain: Math.ceil(100_000 / (partial.chunks * columns)) },
  );
  return out;
}

/** Whether a convolution gives tensors like `dy`: tfjs does not check it. */
function isOutput(
  { batch, outHeight, outWidth, outChannels }: ConvGeometry,
  dy: TensorInfo,
): boolean {
  return util.arraysEqual(dy.shape, [batch, outHeight, outWidth, outChannels]);
}
