import {
  backend_util,
  type MaxPoolAttrs,
  type MaxPoolGradAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const maxPoolKernels: readonly SimdKernel[] = [
  { kernelName: 'MaxPool', run: maxPool },
  { kernelName: 'MaxPoolGrad', run: maxPoolGradient },
];

/** Floats that a thread reads in some 20 us. */
const worthAThread = 20_000;

function maxPool(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs,
): TensorInfo | undefined {
  const { outShape, sizes } = geometry(x.shape, filterSize, strides, pad, dimRoundingMode);
  // The cpu backend takes windows of one pixel for the identity, whatever stride and padding.
  if (sizes.filterHeight === 1 && sizes.filterWidth === 1) return undefined;
  const out = backend.output(outShape);
  const { outHeight, outWidth, channels, filterHeight, filterWidth } = sizes;
  backend.run(
    'maxPool',
    { ...sizes, x: backend.pointer(x), out: backend.pointer(out) },
    {
      count: (outShape[0] as number) * outHeight,
      grain: Math.ceil(worthAThread / (outWidth * channels * filterHeight * filterWidth + 1)),
    },
  );
  return out;
}

function maxPoolGradient(
  backend: SimdBackend,
  { dy, input, output }: { dy: TensorInfo; input: TensorInfo; output: TensorInfo },
  { filterSize, strides, pad, dimRoundingMode }: MaxPoolGradAttrs,
): TensorInfo {
  const { sizes } = geometry(input.shape, filterSize, strides, pad, dimRoundingMode);
  const dx = backend.output(input.shape);
  backend.run(
    'maxPoolGradient',
    {
      ...sizes,
      x: backend.pointer(input),
      out: backend.pointer(output),
      dy: backend.pointer(dy),
      dx: backend.pointer(dx),
    },
    {
      count: input.shape[0] as number,
      grain: Math.ceil(worthAThread / (sizes.height * sizes.width * sizes.channels + 1)),
    },
  );
  return dx;
}

function geometry(
  shape: number[],
  filterSize: MaxPoolAttrs['filterSize'],
  strides: MaxPoolAttrs['strides'],
  pad: MaxPoolAttrs['pad'],
  rounding: MaxPoolAttrs['dimRoundingMode'],
) {
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    rounding,
  );
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
