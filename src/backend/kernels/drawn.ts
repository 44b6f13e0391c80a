import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const drawnKernels: readonly SimdKernel[] = [{ kernelName: 'SimdDrawn', run: drawn }];

/** A tensor whose numbers `next` gives, one after the other, in its own memory: a large one needs no array beside it. */
function drawn(
  backend: SimdBackend,
  _: object,
  { shape, next }: { shape: number[]; next: () => number },
): TensorInfo {
  const result = backend.output(shape);
  const values = backend.blocks.floats(backend.pointer(result), util.sizeFromShape(shape));
  for (let i = 0; i < values.length; i++) values[i] = next();
  return result;
}
