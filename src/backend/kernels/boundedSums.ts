import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const boundedSumsKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdBoundedSums', run: boundedSums },
  { kernelName: 'SimdBoundedSumsGradient', run: boundedSumsGradient },
];

/** Values that a thread has added in some 20 us. */
const grain = 16_384;

interface Bounds {
  readonly low: number;
  readonly high: number;
}

interface Values {
  readonly values: TensorInfo;
  readonly counts?: TensorInfo;
}

const mostChunks = 16;

/**
 * Partial sums, [chunks, 3]: of count * value and of count where the value is within the bounds, and of all counts.
 */
function boundedSums(
  backend: SimdBackend,
  { values, counts }: Values,
  { low, high }: Bounds,
): TensorInfo {
  const count = util.sizeFromShape(values.shape);
  const chunks = Math.max(1, Math.min(mostChunks, Math.ceil(count / grain)));
  const sums = backend.output([chunks, 3]);
  if (count === 0) backend.blocks.floats(backend.pointer(sums), 3).fill(0);
  const pointers = {
    values: backend.pointer(values),
    counts: backend.pointerIfAny(counts),
    sums: backend.pointer(sums),
  };
  backend.run('boundedSums', { ...pointers, low, high }, { count, chunks });
  return sums;
}

/** The gradient of the first sum by the values: scale * count where the value is within the bounds, 0 elsewhere. */
function boundedSumsGradient(
  backend: SimdBackend,
  { values, counts }: Values,
  { low, high, scale }: Bounds & { scale: number },
): TensorInfo {
  const out = backend.output(values.shape);
  const pointers = {
    values: backend.pointer(values),
    counts: backend.pointerIfAny(counts),
    out: backend.pointer(out),
  };
  const count = util.sizeFromShape(values.shape);
  backend.run('boundedSumsGradient', { ...pointers, low, high, scale }, { count, grain });
  return out;
}
