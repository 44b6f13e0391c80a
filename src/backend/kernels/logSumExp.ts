import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const logSumExpKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdLogSumExp', run: logSumExp },
  { kernelName: 'SimdLogSumExpGradient', run: logSumExpGradient },
];

/** Exponentials that a thread has done in some 20 us. */
const grain = 4096;

interface Exponents {
  readonly x: TensorInfo;
  readonly counts?: TensorInfo;
}

/** The logarithm of each row's sum of exponentials, [rows]. */
function logSumExp(
  backend: SimdBackend,
  { x, counts }: Exponents,
  { addOne, empty }: { addOne: boolean; empty: number },
): TensorInfo {
  const [rows, columns] = x.shape as [number, number];
  const sums = backend.output([rows]);
  backend.run(
    'logSumExp',
    {
      x: backend.pointer(x),
      counts: backend.pointerIfAny(counts),
      sums: backend.pointer(sums),
      columns,
      addOne: addOne ? 1 : 0,
      empty,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return sums;
}

/** Its gradient by x, from `sums`, its result, and `dy`. */
function logSumExpGradient(
  backend: SimdBackend,
  { x, counts, sums, dy }: Exponents & { sums: TensorInfo; dy: TensorInfo },
): TensorInfo {
  const [rows, columns] = x.shape as [number, number];
  const dx = backend.output(x.shape);
  backend.run(
    'logSumExpGradient',
    {
      x: backend.pointer(x),
      counts: backend.pointerIfAny(counts),
      sums: backend.pointer(sums),
      dy: backend.pointer(dy),
      dx: backend.pointer(dx),
      columns,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return dx;
}
