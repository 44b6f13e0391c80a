import { type ReverseAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { copyToNew, stridesOf } from './stridedCopy.ts';

export const reverseKernels: readonly SimdKernel[] = [{ kernelName: 'Reverse', run: reverse }];

/** A copy that begins at the end of each reversed axis and goes backwards along it. */
function reverse(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { dims }: ReverseAttrs,
): TensorInfo | undefined {
  const reversed = util.parseAxisParam(dims, x.shape);
  const strides = stridesOf(x.shape);
  let first = 0;
  const axes = x.shape.map((size, axis) => {
    const stride = strides[axis]!;
    if (!reversed.includes(axis)) return { size, from: stride, to: stride };
    first += (size - 1) * stride;
    return { size, from: -stride, to: stride };
  });
  return copyToNew(backend, x, x.shape, axes, first);
}
