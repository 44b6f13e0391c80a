import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const transposedKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdAddTransposed', run: addTransposed },
];

/** A square matrix plus its transpose. */
function addTransposed(backend: SimdBackend, { x }: { x: TensorInfo }): TensorInfo {
  const out = backend.output(x.shape);
  withTransposed(backend, x, out, true);
  return out;
}

/**
 * With `sum`, a square matrix plus its transpose, in `out`; without it, what is above the diagonal of `x` goes below
 * that of `out`.
 */
export function withTransposed(
  backend: SimdBackend,
  x: TensorInfo,
  out: TensorInfo,
  sum: boolean,
): void {
  const size = x.shape.at(-1) as number;
  backend.run(
    'withTransposed',
    { x: backend.pointer(x), out: backend.pointer(out), size, sum: sum ? 1 : 0 },
    { count: Math.ceil(size / 16), grain: Math.ceil(1024 / size) },
  );
}
