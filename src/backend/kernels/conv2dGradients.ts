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
import { suitsWinograd, winogradInputGradient } from './winograd.ts';

export const conv2dGradientKernels: readonly SimdKernel[] = [
  { kernelName: 'Conv2DBackpropInput', run: inputGradient },
  { kernelName: 'Conv2DBackpropFilter', run: filterGradient },
];

function inputGradient(
  backend: SimdBackend,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  attrs: Conv2DBackpropInputAttrs,
): TensorInfo | undefined {
  const geometry = convGeometry(attrs.inputShape, filter.shape, attrs);
  if (!geometry || !isOutput(geometry, dy)) return undefined;
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
  const { batch, channels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const out = backend.output([filterHeight, filterWidth, channels, outChannels]);

  const rowFloats = filterWidth * channels;
  const rows = 4 * Math.ceil(rowFloats / 4);
  const columns = 8 * Math.ceil(outChannels / 8);
  const sumsBytes = 4 * filterHeight * rows * columns;
  const sparseBytes = 4 * filterHeight * rows * outChannels;
  const skipsZeros = rowFloats >= longRow;
  const most = Math.min(mostChunks, Math.floor(sumsLimit / sumsBytes));
  const chunks = Math.max(1, Math.min(batch, most));
  const partial = {
    sums: backend.scratch(chunks * sumsBytes),
    sumsBytes,
    sparseSums: skipsZeros ? backend.scratch(chunks * sparseBytes) : 0,
    sparseBytes,
  };

  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  const scratchBytes = 4 * paddedHeight * paddedWidth * channels + 16 + 32 * outHeight * outWidth;
  const { batch: _, ...sizes } = geometry;
  backend.run(
    'conv2dFilter',
    {
      ...sizes,
      ...partial,
      x: backend.pointer(x),
      dy: backend.pointer(dy),
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: batch, chunks },
  );
  backend.run(
    'conv2dFilterTotal',
    { ...partial, chunks, out: backend.pointer(out), filterHeight, rowFloats, outChannels },
    { count: filterHeight * rowFloats, grain: Math.ceil(100_000 / (chunks * columns)) },
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
