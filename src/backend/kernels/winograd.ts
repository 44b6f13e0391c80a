import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { ConvGeometry, PooledSize } from './convGeometry.ts';

// Convolutions by 3 x 3 filters with fewer multiplications: see assembly/winograd.ts.

/** Bytes of the vectors between two passes of a transform: BETWEEN of assembly/winograd.ts. */
const between = 36 * 16;
/** Tiles computed at once, side by side: their values are to stay in the cache. */
const mostTiles = 8;
/** Channels from which on the transforms are worth it. */
const fewestChannels = 16;

/** Whether Winograd's algorithm takes a convolution, and is the faster one for it: from the shapes alone. */
export function suitsWinograd(geometry: ConvGeometry): boolean {
  const { batch, channels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const multiplications = 36 * Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4);
  return (
    filterHeight === 3 &&
    filterWidth === 3 &&
    strideHeight === 1 &&
    strideWidth === 1 &&
    batch >= 4 && // images are computed in groups of 4
    channels % 4 === 0 &&
    outChannels % 4 === 0 &&
    Math.min(channels, outChannels) >= fewestChannels &&
    multiplications < 0.6 * 9 * outHeight * outWidth
  );
}

export function winogradConvolve(
  backend: SimdBackend,
  geometry: ConvGeometry,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: number,
  pool: PooledSize | undefined,
): TensorInfo {
  const { batch, width, channels, outHeight, outWidth, outChannels } = geometry;
  const { poolHeight, poolWidth } = pool ?? { poolHeight: 0, poolWidth: 0 };
  const out = backend.output([batch, poolHeight || outHeight, poolWidth || outWidth, outChannels]);
  const packed = backend.scratch(4 * 36 * channels * columnsOf(outChannels));
  backend.run(
    'winogradFilter',
    {
      filter: backend.pointer(filter),
      channels,
      outChannels,
      packed,
      scratch: backend.scratch(between * backend.threads),
    },
    { count: channels, grain: Math.ceil(2000 / outChannels) },
  );

  const tiles = Math.min(mostTiles, Math.ceil(outWidth / 4));
  const rowsBytes = 4 * width * channels + 6 * 16 * channels * (4 * Math.ceil(outWidth / 4) + 2);
  const valuesBytes = 36 * tiles * 16 * (channels + columnsOf(outChannels));
  const scratchBytes = between + 256 + rowsBytes + valuesBytes;
  backend.run(
    'conv2dWinograd',
    {
      ...geometry,
      x: backend.pointer(x),
      filter: packed,
      bias: backend.pointerIfAny(bias),
      out: backend.pointer(out),
      activation,
      poolHeight,
      poolWidth,
      tiles,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: Math.ceil(batch / 4) },
  );
  return out;
}

export function winogradInputGradient(
  backend: SimdBackend,
  geometry: ConvGeometry,
  dy: TensorInfo,
  filter: TensorInfo,
): TensorInfo {
  const { batch, height, width, channels, outWidth, outChannels } = geometry;
  const dx = backend.output([batch, height, width, channels]);
  const packed = backend.scratch(4 * 36 * outChannels * columnsOf(channels));
  const turned = backend.scratch(4 * 9 * outChannels * channels);
  backend.run(
    'winogradTurnedFilter',
    {
      filter: backend.pointer(filter),
      channels,
      outChannels,
      packed,
      turned,
      scratch: backend.scratch((between + 9 * 16) * backend.threads),
    },
    { count: outChannels, grain: Math.ceil(2000 / channels) },
  );

  const tiles = Math.min(mostTiles, Math.ceil(outWidth / 4));
  const rowsBytes = 4 * outWidth * outChannels + 4 * 16 * outChannels * 4 * Math.ceil(outWidth / 4);
  const valuesBytes = 36 * tiles * 16 * (outChannels + columnsOf(channels));
  const scratchBytes = between + 36 * 16 + rowsBytes + valuesBytes;
  backend.run(
    'conv2dInputWinograd',
    {
      ...geometry,
      dy: backend.pointer(dy),
      filter: packed,
      turned,
      dx: backend.pointer(dx),
      tiles,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: Math.ceil(batch / 4) },
  );
  return dx;
}

/** Channels filled up to whole panels of 8. */
function columnsOf(channels: number): number {
  return 8 * Math.ceil(channels / 8);
}
