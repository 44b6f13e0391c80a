import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { binary, divideOrZero, type Operands } from './binary.ts';
import { plainly } from './plainly.ts';
import * as plain from './plainPairs.ts';
import { withTransposed } from './transposed.ts';

// Kernels that losses ask for by name and do without elsewhere: see src/ops/ownKernel.ts.

export const pairKernels: readonly SimdKernel[] = [
  {
    kernelName: 'PairMasks',
    integers: ['labels', 'others'],
    run: pairMasks,
    fallback: plainly(plain.pairMasks),
  },
  { kernelName: 'LogSumExp', run: logSumExp, fallback: plainly(plain.logSumExp) },
  {
    kernelName: 'LogSumExpGradient',
    run: logSumExpGradient,
    fallback: plainly(plain.logSumExpGradient),
  },
  { kernelName: 'Weigh', run: weigh, fallback: plainly(plain.weigh) },
  { kernelName: 'Weights', run: weights, fallback: plainly(plain.weights) },
  { kernelName: 'RowDistances', run: rowDistances, fallback: plainly(plain.rowDistances) },
  {
    kernelName: 'DivideOrZero',
    run: (backend, operands) => binary(backend, divideOrZero, operands as Operands),
    fallback: plainly(plain.divideOrZero),
  },
  { kernelName: 'AddTransposed', run: addTransposed, fallback: plainly(plain.addTransposed) },
];

/** Floats that a thread has done in some 20 us. */
const grain = 16_384;

/** Labels of rows and columns: [rows, columns] with 1 where they are equal, and with 1 where not. */
function pairMasks(
  backend: SimdBackend,
  { labels, others }: { labels: TensorInfo; others: TensorInfo },
  { self }: { self: boolean },
): TensorInfo[] {
  const shape = [util.sizeFromShape(labels.shape), util.sizeFromShape(others.shape)];
  const [rows, columns] = shape as [number, number];
  const [positives, negatives] = [backend.output(shape), backend.output(shape)];
  backend.run(
    'pairMasks',
    {
      labels: backend.integers(labels),
      others: backend.integers(others),
      positives: backend.pointer(positives),
      negatives: backend.pointer(negatives),
      columns,
      self: self ? 1 : 0,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return [positives, negatives];
}

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
    { count: rows, grain: Math.ceil(grain / 4 / columns) },
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
    { count: rows, grain: Math.ceil(grain / 4 / columns) },
  );
  return dx;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

interface Weighed {
  readonly values: TensorInfo;
  readonly counts?: TensorInfo;
}

const mostChunks = 16;

/** Sums to be added up, [chunks, 3]: of count * value and of count within the bounds, and of all counts. */
function weigh(
  backend: SimdBackend,
  { values, counts }: Weighed,
  { low, high }: Bounds,
): TensorInfo | undefined {
  const count = util.sizeFromShape(values.shape);
  if (count === 0) return undefined;
  const chunks = Math.min(mostChunks, Math.ceil(count / grain));
  const sums = backend.output([chunks, 3]);
  const pointers = {
    values: backend.pointer(values),
    counts: backend.pointerIfAny(counts),
    sums: backend.pointer(sums),
  };
  backend.run('weigh', { ...pointers, low, high }, { count, chunks });
  return sums;
}

/** scale * count where the value is within the bounds, 0 elsewhere. */
function weights(
  backend: SimdBackend,
  { values, counts }: Weighed,
  { low, high, scale }: Bounds & { scale: number },
): TensorInfo {
  const out = backend.output(values.shape);
  const pointers = {
    values: backend.pointer(values),
    counts: backend.pointerIfAny(counts),
    out: backend.pointer(out),
  };
  const count = util.sizeFromShape(values.shape);
  backend.run('weights', { ...pointers, low, high, scale }, { count, grain });
  return out;
}

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
      dims: x.shape[1] as number,
      root: root ? 1 : 0,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return out;
}

/** A square matrix plus its transpose. */
function addTransposed(backend: SimdBackend, { x }: { x: TensorInfo }): TensorInfo {
  const out = backend.output(x.shape);
  withTransposed(backend, x, out, true);
  return out;
}
