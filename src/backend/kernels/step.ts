import { type StepAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const stepKernels: readonly SimdKernel[] = [{ kernelName: 'Step', run: step }];

function step(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { alpha = 0 }: Partial<StepAttrs>,
): TensorInfo {
  const out = backend.output(x.shape);
  backend.run(
    'step',
    { x: backend.pointer(x), out: backend.pointer(out), alpha },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return out;
}
