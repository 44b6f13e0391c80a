import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

/** What the gradient of Relu runs on this backend; no kernel of that name exists elsewhere. */
export const reluGradientName = 'SimdReluGradient';

export const reluKernels: readonly SimdKernel[] = [
  { kernelName: reluGradientName, run: reluGradient },
];

/** dy where relu's result `y` is above 0. */
function reluGradient(
  backend: SimdBackend,
  { y, dy }: { y: TensorInfo; dy: TensorInfo },
): TensorInfo {
  const dx = backend.output(y.shape);
  backend.run(
    'reluGradient',
    { out: backend.pointer(y), dy: backend.pointer(dy), dx: backend.pointer(dx) },
    { count: util.sizeFromShape(y.shape), grain: 16_384 },
  );
  return dx;
}
