import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { ConvGeometry, PooledSize } from './convGeometry.ts';

// Convolutions by 3 x 3 filters of images with few channels: see assembly/conv2dSmallTiles.ts.

/** Bytes of a window's values, for one channel: WINDOW of assembly/conv2dSmallTiles.ts. */
const windowBytes = 16 * 16;

/** Whether a convolution of few channels has a filter and strides for which there is a faster way. */
export function suitsSmallTiles(geometry: ConvGeometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  return filterHeight === 3 && filterWidth === 3 && strideHeight === 1 && strideWidth === 1;
}

interface SmallTilesCall extends PooledSize {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias: TensorInfo | undefined;
  readonly out: TensorInfo;
  readonly codes: TensorInfo | undefined;
  readonly activation: number;
  /** The fewest images that are worth a thread. */
  readonly grain: number;
}

/** Computes `out`, of at most 4 channels, with a max pooling if the call has its size. */
export function convolveSmallTiles(
  backend: SimdBackend,
  { batch, ...geometry }: ConvGeometry,
  { x, filter, bias, out, codes, grain, ...call }: SmallTilesCall,
): void {
  const { channels, outHeight, outWidth, outChannels } = geometry;
  const vectors = Math.ceil(outChannels / 4);
  const packed = backend.scratch(windowBytes * channels * vectors);
  backend.run(
    'smallTilesFilter',
    { filter: backend.pointer(filter), channels, outChannels, packed },
    { count: vectors, grain: Math.ceil(100 / channels) },
  );
  const pixels = (2 * Math.ceil(outHeight / 2) + 2) * (2 * Math.ceil(outWidth / 2) + 2);
  const scratchBytes =
    windowBytes * channels + 80 * vectors + 16 * Math.ceil((4 * pixels * channels) / 16);
  backend.run(
    'conv2dSmallTiles',
    {
      ...geometry,
      ...call,
      x: backend.pointer(x),
      filter: packed,
      bias: backend.pointerIfAny(bias),
      out: backend.pointer(out),
      codes: backend.pointerIfAny(codes),
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: batch, grain },
  );
}
