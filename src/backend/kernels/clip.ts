import { type ClipByValueAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const clipKernels: readonly SimdKernel[] = [{ kernelName: 'ClipByValue', run: clip }];

function clip(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { clipValueMin: low, clipValueMax: high }: ClipByValueAttrs,
): TensorInfo {
  const out = backend.output(x.shape);
  backend.run(
    'clip',
    { x: backend.pointer(x), out: backend.pointer(out), low, high },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return out;
}
