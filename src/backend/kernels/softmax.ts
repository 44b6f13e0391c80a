import { type SoftmaxAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const softmaxKernels: readonly SimdKernel[] = [{ kernelName: 'Softmax', run: softmax }];

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
