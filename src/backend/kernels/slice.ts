import {
  backend_util,
  type SliceAttrs,
  type SplitVAttrs,
  slice_util,
  type TensorInfo,
  type UnpackAttrs,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { copyToNew, stridesOf } from './stridedCopy.ts';

export const sliceKernels: readonly SimdKernel[] = [
  { kernelName: 'Slice', run: slice },
  { kernelName: 'SplitV', run: split },
  { kernelName: 'Unpack', run: unpack },
];

function slice(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { begin, size }: SliceAttrs,
): TensorInfo | undefined {
  const [begins, sizes] = slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
  slice_util.assertParamsValid(x, begins, sizes);
  const strides = stridesOf(x.shape);
  const outStrides = stridesOf(sizes);
  const axes = sizes.map((length, axis) => ({
    size: length,
    from: strides[axis]!,
    to: outStrides[axis]!,
  }));
  const first = begins.reduce((sum, at, axis) => sum + at * strides[axis]!, 0);
  return copyToNew(backend, x, sizes, axes, first);
}

function split(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { numOrSizeSplits, axis }: SplitVAttrs,
): TensorInfo[] {
  const [along = 0] = util.parseAxisParam(axis, x.shape);
  let begin = 0;
  return backend_util.prepareSplitSize(x, numOrSizeSplits, along).map((size) => {
    const part = cut(backend, x, along, begin, size, x.shape.with(along, size));
    begin += size;
    return part;
  });
}

function unpack(
  backend: SimdBackend,
  { value: x }: { value: TensorInfo },
  { axis }: UnpackAttrs,
): TensorInfo[] {
  const along = axis < 0 ? axis + x.shape.length : axis;
  const shape = x.shape.toSpliced(along, 1);
  return Array.from({ length: x.shape[along]! }, (_, begin) =>
    cut(backend, x, along, begin, 1, shape),
  );
}

/** The part of `x` from `begin` on, `size` long, along one axis. */
function cut(
  backend: SimdBackend,
  x: TensorInfo,
  along: number,
  begin: number,
  size: number,
  shape: number[],
): TensorInfo {
  const outer = util.sizeFromShape(x.shape.slice(0, along));
  const inner = util.sizeFromShape(x.shape.slice(along + 1));
  const axes = [
    { size: outer, from: x.shape[along]! * inner, to: size * inner },
    { size: size * inner, from: 1, to: 1 },
  ];
  return copyToNew(backend, x, shape, axes, begin * inner) as TensorInfo;
}
