import { type SoftmaxAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const softmaxKernels: readonly SimdKernel[] = [
  { kernelName: 'Softmax', run: softmax },
  { kernelName: 'SimdSoftmaxGradient', run: softmaxGradient },
];

function softmax(
  backend: SimdBackend,
  { logits }: { logits: TensorInfo },
  { dim }: SoftmaxAttrs,
): TensorInfo | undefined {
  const last = logits.shape.length - 1;
  const length = logits.shape.at(-1) ?? 0;
  if ((dim !== -1 && dim !== last) || length === 0) return undefined;
  const out = backend.output(logits.shape);
  backend.run(
    'softmax',
    { x: backend.pointer(logits), out: backend.pointer(out), length },
    { count: util.sizeFromShape(logits.shape) / length, grain: Math.ceil(8192 / length) },
  );
  return out;
}

/** y * (dy - the sum of dy * y over the last axis) */
function softmaxGradient(
  backend: SimdBackend,
  { y, dy }: { y: TensorInfo; dy: TensorInfo },
): TensorInfo {
  const length = y.shape.at(-1) as number;
  const dx = backend.output(y.shape);
  backend.run(
    'softmaxGradient',
    { y: backend.pointer(y), dy: backend.pointer(dy), dx: backend.pointer(dx), length },
    { count: util.sizeFromShape(y.shape) / length, grain: Math.ceil(16_384 / length) },
  );
  return dx;
}
