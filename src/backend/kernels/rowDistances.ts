import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const rowDistanceKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdRowDistances', run: rowDistances },
];

/** Distances that a thread has done in some 20 us. */
const grain = 16_384;

interface RowDistancesInputs {
  readonly x: TensorInfo;
  readonly y: TensorInfo;
  /** Squared lengths of the rows. */
  readonly xSquares: TensorInfo;
  readonly ySquares: TensorInfo;
  /** Every row of x times every row of y. */
  readonly products: TensorInfo;
}

/** Euclidean distances of rows, squared without `root`. */
function rowDistances(
  backend: SimdBackend,
  { x, y, xSquares, ySquares, products }: RowDistancesInputs,
  { root }: { root: boolean },
): TensorInfo {
  const [rows, columns] = products.shape as [number, number];
  const out = backend.output(products.shape);
  backend.run(
    'distances',
    {
      x: backend.pointer(x),
      y: backend.pointer(y),
      xSquares: backend.pointer(xSquares),
      ySquares: backend.pointer(ySquares),
      products: backend.pointer(products),
      out: backend.pointer(out),
      columns,
      dims: x.shape[1]!,
      root: root ? 1 : 0,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return out;
}
