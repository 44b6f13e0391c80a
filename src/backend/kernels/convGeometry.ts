import { backend_util, type Conv2DAttrs } from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

/** The sizes of a convolution, under the names the kernels know them by. */
export interface ConvGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** The size of what a max pooling by windows of 2 x 2 after a convolution gives. */
export interface PooledSize {
  readonly poolHeight: number;
  readonly poolWidth: number;
}

/**
 * The sizes of a convolution, or undefined for one that the kernels do not do: dilated, not in NHWC, or with no
 * pixel in the result.
 */
export function convGeometry(
  inputShape: number[],
  filterShape: number[],
  { strides, dilations = 1, pad, dataFormat, dimRoundingMode }: Partial<Conv2DAttrs>,
): ConvGeometry | undefined {
  if (dataFormat === 'NCHW' || ![dilations].flat().every((dilation) => dilation === 1)) {
    return undefined;
  }
  const info = backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides as [number, number],
    1,
    pad as 'same',
    dimRoundingMode,
  );
  if (info.outHeight < 1 || info.outWidth < 1) return undefined;
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
}
