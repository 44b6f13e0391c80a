import { backend_util, type MaxPoolAttrs } from '@tensorflow/tfjs-core';

/** The sizes of a pooling under the names the kernels know them by, and the shape of its result. */
export interface PoolGeometry {
  readonly outShape: [batch: number, height: number, width: number, channels: number];
  readonly sizes: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly outHeight: number;
    readonly outWidth: number;
    readonly filterHeight: number;
    readonly filterWidth: number;
    readonly strideHeight: number;
    readonly strideWidth: number;
    readonly padTop: number;
    readonly padLeft: number;
  };
}

/** Floats that a thread reads in some 20 us. */
const worthAThread = 20_000;

/**
 * The sizes of a pooling; undefined where the kernels would find a window without a pixel: the window is larger than
 * the image, or the padding as large as the window.
 */
export function poolGeometry(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs,
): PoolGeometry | undefined {
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const hasPixels = (out: number, size: number, window: number, stride: number, pad: number) =>
    out >= 0 && pad < window && (out - 1) * stride - pad < size;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  if (
    !hasPixels(info.outHeight, info.inHeight, filterHeight, strideHeight, padInfo.top) ||
    !hasPixels(info.outWidth, info.inWidth, filterWidth, strideWidth, padInfo.left)
  ) {
    return undefined;
  }
  const sizes = {
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
  return { outShape: info.outShape, sizes };
}

/** Output rows that take some 20 us. */
export function rowsWorthAThread({ sizes }: PoolGeometry): number {
  const { outWidth, channels, filterHeight, filterWidth } = sizes;
  return Math.ceil(worthAThread / (outWidth * channels * filterHeight * filterWidth + 1));
}
