import { backend_util, type DepthwiseConv2dNativeAttrs } from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

/** The sizes of a depthwise convolution under the names the kernels know them by, and the shape of its result. */
export interface DepthwiseGeometry {
  readonly outShape: Shape4D;
  readonly sizes: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    /** Filters a channel. */
    readonly multiplier: number;
    readonly outHeight: number;
    readonly outWidth: number;
    readonly filterHeight: number;
    readonly filterWidth: number;
    readonly strideHeight: number;
    readonly strideWidth: number;
    readonly dilationHeight: number;
    readonly dilationWidth: number;
    readonly padTop: number;
    readonly padLeft: number;
  };
}

/** Multiplications and additions that take a thread some 20 us. */
const worthAThread = 100_000;

/**
 * The sizes of a depthwise convolution; undefined where no pixel is in the result, or for what the cpu backend
 * complains of: strides and dilations at once.
 */
export function depthwiseGeometry(
  inputShape: number[],
  filterShape: number[],
  { strides, dilations, pad, dimRoundingMode }: Omit<DepthwiseConv2dNativeAttrs, 'dataFormat'>,
): DepthwiseGeometry | undefined {
  const info = backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations ?? 1,
    pad as 'same',
    dimRoundingMode,
    true,
  );
  if (!backend_util.eitherStridesOrDilationsAreOne(strides, dilations ?? 1)) return undefined;
  if (info.outHeight < 1 || info.outWidth < 1) return undefined;
  const sizes = {
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    multiplier: info.outChannels / info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
  return { outShape: info.outShape, sizes };
}

/** Output rows that take some 20 us. */
export function rowsWorthAThread({ outShape, sizes }: DepthwiseGeometry): number {
  const [, , outWidth, outChannels] = outShape;
  return Math.ceil(
    worthAThread / (outWidth * outChannels * sizes.filterHeight * sizes.filterWidth + 1),
  );
}
