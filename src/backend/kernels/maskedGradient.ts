import { type LeakyReluAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const maskedGradientKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdMaskedGradient', run: maskedGradient },
  { kernelName: 'LeakyRelu', run: leakyRelu },
];

/** The range of x in which a gradient passes, and the factor it gets elsewhere. */
export interface MaskedGradientAttrs {
  readonly low: number;
  readonly high: number;
  readonly slope: number;
}

/** The smallest float32 above 0: `x >= leastPositive` is `x > 0`. */
export const leastPositive: number = 2 ** -149;

/** `value` where x is from `low` to `high`, slope * value elsewhere. */
function maskedGradient(
  backend: SimdBackend,
  { x, value }: { x: TensorInfo; value: TensorInfo },
  attrs: MaskedGradientAttrs,
): TensorInfo {
  const out = backend.output(x.shape);
  const operands = { x: backend.pointer(x), value: backend.pointer(value) };
  backend.run(
    'maskedGradient',
    { ...attrs, ...operands, out: backend.pointer(out) },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return out;
}

/** x above 0, alpha * x elsewhere: x masked by itself. */
function leakyRelu(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { alpha: slope }: LeakyReluAttrs,
): TensorInfo {
  return maskedGradient(backend, { x, value: x }, { low: leastPositive, high: Infinity, slope });
}
