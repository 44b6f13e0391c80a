import {
  type _FusedMatMulAttrs,
  type BatchMatMulAttrs,
  type backend_util,
  broadcast_util,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { activationCode, applyActivation } from './activation.ts';
import { isRow } from './isRow.ts';
import { withTransposed } from './transposed.ts';

export const matMulKernels: readonly SimdKernel[] = [
  { kernelName: 'BatchMatMul', run: batchMatMul },
  { kernelName: '_FusedMatMul', run: fusedMatMul },
];

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Puts the work off: a bias and an activation may follow. See fuse.ts. */
function batchMatMul(
  backend: SimdBackend,
  { a, b }: Inputs,
  attrs: BatchMatMulAttrs,
): TensorInfo | undefined {
  const sizes = productSizes(a, b, attrs);
  if (!sizes) return undefined;
  const inputs = { a: backend.operand(a), b: backend.operand(b) };
  return backend.defer(
    { kernelName: '_FusedMatMul', inputs, attrs: { ...attrs, activation: 'linear' } },
    sizes.outShape,
  );
}

function fusedMatMul(
  backend: SimdBackend,
  { a, b, bias, preluActivationWeights }: Inputs,
  attrs: _FusedMatMulAttrs,
): TensorInfo | undefined {
  const sizes = productSizes(a, b, attrs);
  if (!sizes || (bias && !isRow(bias, sizes.columns))) return undefined;
  const { activation, leakyreluAlpha } = attrs;
  const y = multiply(backend, sizes, a, b, attrs, bias, activation);
  return applyActivation(backend, y, activation, preluActivationWeights, leakyreluAlpha);
}

interface ProductSizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Matrices in `a`, in `b` and in the result: one of them may serve for all. */
  readonly aBatch: number;
  readonly bBatch: number;
  readonly batch: number;
  readonly outShape: number[];
}

/** The sizes of a product, or undefined for one that the cpu backend is to compute, or to complain about. */
function productSizes(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
): ProductSizes | undefined {
  if (a.shape.length < 2 || b.shape.length < 2) return undefined;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [columns, bDepth] = transposeB ? [bRows, bColumns] : [bColumns, bRows];
  const aOuter = a.shape.slice(0, -2);
  const bOuter = b.shape.slice(0, -2);
  const isAlike = util.arraysEqual(aOuter, bOuter);
  const outer = isAlike ? aOuter : broadcast_util.assertAndGetBroadcastShape(aOuter, bOuter);
  const aBatch = util.sizeFromShape(aOuter);
  const bBatch = isAlike ? aBatch : util.sizeFromShape(bOuter);
  const batch = isAlike ? aBatch : util.sizeFromShape(outer);
  const isPlain = (count: number): boolean => count === batch || count === 1;
  if (depth !== bDepth || !isPlain(aBatch) || !isPlain(bBatch)) return undefined;
  return { rows, columns, depth, aBatch, bBatch, batch, outShape: [...outer, rows, columns] };
}

/** Multiplications and additions that take a thread some 20 us. */
const worthAThread = 500_000;
/** Rows of a left operand up to which packing the right one takes longer than it saves. */
const fewestPacked = 2;
/** Bytes of packed rows at a time: a large left operand goes through a small piece of memory. */
const packedBytes = 32 * 2 ** 20;

function multiply(
  backend: SimdBackend,
  { rows, columns, depth, aBatch, bBatch, batch, outShape }: ProductSizes,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
  bias: TensorInfo | undefined,
  activation: backend_util.Activation | undefined,
): TensorInfo {
  const out = backend.output(outShape);
  const rowPanels = Math.ceil(rows / 4);
  const columnPanels = Math.ceil(columns / 8);
  const from = backend.pointer(a);
  // A matrix times its transpose: half of the products give the other half, to the bit.
  const isSymmetric =
    from === backend.pointer(b) && transposeA !== transposeB && batch === 1 && !bias;
  const isOne = batch === 1 && !isSymmetric;
  if (isOne && rows <= fewestPacked) {
    backend.run(
      'fewRows',
      {
        a: from,
        aRow: transposeA ? 1 : depth,
        aColumn: transposeA ? rows : 1,
        b: backend.pointer(b),
        turned: transposeB ? 1 : 0,
        bias: backend.pointerIfAny(bias),
        out: backend.pointer(out),
        rows,
        columns,
        depth,
        activation: activationCode(activation),
      },
      { count: columnPanels, grain: Math.ceil(100_000 / (8 * rows * depth + 1)) },
    );
    return out;
  }
  const panelsAtOnce = isOne ? Math.max(1, Math.floor(packedBytes / (16 * depth + 1))) : rowPanels;
  const packedA = backend.scratch(16 * aBatch * Math.min(rowPanels, panelsAtOnce) * depth);
  const packedB = backend.scratch(32 * bBatch * columnPanels * depth);
  backend.run(
    'packColumns',
    {
      source: backend.pointer(b),
      rowStride: transposeB ? 1 : columns,
      columnStride: transposeB ? depth : 1,
      rows: depth,
      columns,
      packed: packedB,
    },
    { count: bBatch * columnPanels, grain: Math.ceil(20_000 / (8 * depth + 1)) },
  );
  for (let panel = 0; panel < rowPanels; panel += panelsAtOnce) {
    const row = 4 * panel;
    const count = Math.min(rows - row, 4 * panelsAtOnce);
    const panels = Math.ceil(count / 4);
    backend.run(
      'packRows',
      {
        source: from + 4 * row * (transposeA ? 1 : depth),
        rowStride: transposeA ? 1 : depth,
        columnStride: transposeA ? rows : 1,
        rows: count,
        columns: depth,
        packed: packedA,
      },
      { count: aBatch * panels, grain: Math.ceil(20_000 / (4 * depth + 1)) },
    );
    backend.run(
      'matMul',
      {
        a: packedA,
        aBatchStep: aBatch === 1 ? 0 : 1,
        b: packedB,
        bBatchStep: bBatch === 1 ? 0 : 1,
        bias: backend.pointerIfAny(bias),
        out: backend.pointer(out) + 4 * row * columns,
        outStride: columns,
        rows: count,
        columns,
        depth,
        activation: activationCode(activation),
        symmetric: isSymmetric ? 1 : 0,
      },
      { count: batch * panels, grain: Math.ceil(worthAThread / (4 * depth * columns + 1)) },
    );
  }
  if (isSymmetric) withTransposed(backend, out, out, false);
  return out;
}
