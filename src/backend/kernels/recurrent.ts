import type { TensorInfo } from '@tensorflow/tfjs-core';
import {
  CELL_GRU,
  CELL_LSTM,
  CELL_SIMPLE,
  GATE_HARD_SIGMOID,
  GATE_LINEAR,
  GATE_RELU,
  GATE_SIGMOID,
  GATE_TANH,
  RECURRENT_PANELS,
} from '../assembly/operations.ts';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

/** A recurrent layer over all its steps: kernels that replaceRecurrent.ts asks for by name. */
export const recurrentKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdRecurrent', run: recurrent },
  { kernelName: 'SimdRecurrentGradient', run: recurrentGradient },
];

export type CellName = 'SimpleRNNCell' | 'GRUCell' | 'LSTMCell';
export type CellActivation = 'linear' | 'relu' | 'sigmoid' | 'hardSigmoid' | 'tanh';

interface Cell {
  readonly code: number;
  /** What of a step the gradient needs, in units. */
  readonly kept: number;
}

/** Cells by the names that tfjs-layers gives them. */
const cells: Record<CellName, Cell> = {
  SimpleRNNCell: { code: CELL_SIMPLE, kept: 2 },
  GRUCell: { code: CELL_GRU, kept: 4 },
  LSTMCell: { code: CELL_LSTM, kept: 6 },
};

const activations: Record<CellActivation, number> = {
  linear: GATE_LINEAR,
  relu: GATE_RELU,
  sigmoid: GATE_SIGMOID,
  hardSigmoid: GATE_HARD_SIGMOID,
  tanh: GATE_TANH,
};

export function isCellName(name: string): name is CellName {
  return Object.hasOwn(cells, name);
}

export function isCellActivation(name: string): name is CellActivation {
  return Object.hasOwn(activations, name);
}

export interface RecurrentInputs {
  /** The layer's input times its kernel, plus the bias, of all gates: [batch, steps, gates * units]. */
  readonly projected: TensorInfo;
  /** [units, gates * units] */
  readonly recurrentKernel: TensorInfo;
}

export interface RecurrentAttrs {
  readonly cell: CellName;
  readonly activation: CellActivation;
  /** Of the gates; a simple cell has none. */
  readonly recurrentActivation: CellActivation;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  /** Whether gradients are recorded: a second output then holds what they need. */
  readonly isTraced: boolean;
}

/** The outputs of all steps in the order they were taken, or of the last one; and what the gradient needs. */
function recurrent(
  backend: SimdBackend,
  { projected, recurrentKernel }: RecurrentInputs,
  attrs: RecurrentAttrs,
): TensorInfo | TensorInfo[] {
  const sizes = sizesOf(projected, recurrentKernel, attrs);
  const { batch, steps, units, columns, first, kept } = sizes;
  const out = backend.output(attrs.returnSequences ? [batch, steps, units] : [batch, units]);
  const record = attrs.isTraced ? backend.output([batch, steps, kept * units]) : undefined;
  const from = backend.pointer(recurrentKernel);
  const turned = { rowStride: columns, columnStride: 1 };
  const kernel = packColumns(backend, { ...turned, source: from, rows: units, columns: first });
  const rest = { source: from + 4 * first, rows: units, columns: columns - first };
  backend.run(
    'recurrent',
    {
      ...commonArguments(backend, sizes, attrs),
      projected: backend.pointer(projected),
      kernel,
      candidateKernel: rest.columns > 0 ? packColumns(backend, { ...turned, ...rest }) : 0,
      record: backend.pointerIfAny(record),
      out: backend.pointer(out),
    },
    workOf(sizes),
  );
  return record ? [out, record] : out;
}

interface GradientInputs {
  readonly record: TensorInfo;
  readonly recurrentKernel: TensorInfo;
  readonly dy: TensorInfo;
}

/** The gradients by `projected`, which is `record`'s shape but for its last axis, and by `recurrentKernel`. */
function recurrentGradient(
  backend: SimdBackend,
  { record, recurrentKernel, dy }: GradientInputs,
  attrs: Omit<RecurrentAttrs, 'isTraced'>,
): TensorInfo[] {
  const sizes = sizesOf(record, recurrentKernel, attrs);
  const { batch, steps, units, columns, first, kept } = sizes;
  const dProjected = backend.output([batch, steps, columns]);
  const dKernel = backend.output(recurrentKernel.shape);
  const from = backend.pointer(recurrentKernel);
  const isReset = first < columns;
  const resetState = isReset ? backend.scratch(4 * batch * steps * units) : 0;
  const straight = { rowStride: 1, columnStride: columns, columns: units };
  backend.run(
    'recurrentGradient',
    {
      ...commonArguments(backend, sizes, attrs),
      record: backend.pointer(record),
      dy: backend.pointer(dy),
      kernel: packColumns(backend, { ...straight, source: from, rows: first }),
      candidateKernel: isReset
        ? packColumns(backend, { ...straight, source: from + 4 * first, rows: columns - first })
        : 0,
      dProjected: backend.pointer(dProjected),
      resetState,
    },
    workOf(sizes),
  );

  // By each column of the kernel: the sum over all steps of the state times the gradient by what goes into the gate.
  const state = backend.pointer(record) + 4 * (kept - 1) * units;
  const product = (a: number, aStride: number, column: number, count: number): void =>
    sumOfProducts(backend, {
      a,
      aStride,
      b: backend.pointer(dProjected) + 4 * column,
      bStride: columns,
      out: backend.pointer(dKernel) + 4 * column,
      outStride: columns,
      rows: units,
      columns: count,
      depth: batch * steps,
    });
  product(state, kept * units, 0, first);
  if (isReset) product(resetState, units, first, columns - first);
  return [dProjected, dKernel];
}

interface RecurrentSizes {
  readonly batch: number;
  readonly steps: number;
  readonly units: number;
  /** Of the kernel: gates * units. */
  readonly columns: number;
  /** Columns of the kernel that are multiplied by the state as it is: a GRU resets it before the others. */
  readonly first: number;
  readonly kept: number;
}

function sizesOf(
  { shape }: TensorInfo,
  recurrentKernel: TensorInfo,
  { cell }: Pick<RecurrentAttrs, 'cell'>,
): RecurrentSizes {
  const [batch, steps] = shape as [number, number, number];
  const [units, columns] = recurrentKernel.shape as [number, number];
  const first = cell === 'GRUCell' ? 2 * units : columns;
  return { batch, steps, units, columns, first, kept: cells[cell].kept };
}

/** Rows of a group, each with room for: the state, that of an LSTM's memory, and three times four gates. */
function scratchBytesFor({ units }: RecurrentSizes): number {
  const line = 4 * 8 * Math.ceil(units / 8);
  return 4 * RECURRENT_PANELS * 14 * line;
}

function commonArguments(
  backend: SimdBackend,
  sizes: RecurrentSizes,
  attrs: Omit<RecurrentAttrs, 'isTraced'>,
) {
  const { batch, steps, units } = sizes;
  const scratchBytes = scratchBytesFor(sizes);
  return {
    batch,
    steps,
    units,
    cell: cells[attrs.cell].code,
    activation: activations[attrs.activation],
    gateActivation: activations[attrs.recurrentActivation],
    backwards: attrs.goBackwards ? 1 : 0,
    sequences: attrs.returnSequences ? 1 : 0,
    scratch: backend.scratch(scratchBytes * backend.threads),
    scratchBytes,
  };
}

/** Panels of 4 rows of the batch. */
function workOf({ batch, steps, units, columns }: RecurrentSizes): {
  count: number;
  grain: number;
} {
  const work = 4 * steps * units * columns;
  return { count: Math.ceil(batch / 4), grain: Math.ceil(500_000 / (work + 1)) };
}

function packColumns(
  backend: SimdBackend,
  matrix: {
    source: number;
    rowStride: number;
    columnStride: number;
    rows: number;
    columns: number;
  },
): number {
  const panels = Math.ceil(matrix.columns / 8);
  const packed = backend.scratch(32 * panels * matrix.rows);
  const grain = Math.ceil(20_000 / (8 * matrix.rows + 1));
  backend.run('packColumns', { ...matrix, packed }, { count: panels, grain });
  return packed;
}

/** out = the transpose of a, times b; rows of the three begin `aStride`, `bStride` and `outStride` floats apart. */
function sumOfProducts(
  backend: SimdBackend,
  {
    a,
    aStride,
    b,
    bStride,
    out,
    outStride,
    rows,
    columns,
    depth,
  }: {
    a: number;
    aStride: number;
    b: number;
    bStride: number;
    out: number;
    outStride: number;
    rows: number;
    columns: number;
    depth: number;
  },
): void {
  const panels = Math.ceil(rows / 4);
  const packed = backend.scratch(16 * panels * depth);
  const left = { source: a, rowStride: 1, columnStride: aStride, rows, columns: depth, packed };
  backend.run('packRows', left, { count: panels, grain: Math.ceil(20_000 / (4 * depth + 1)) });
  const right = { source: b, rowStride: bStride, columnStride: 1, rows: depth, columns };
  backend.run(
    'matMul',
    {
      a: packed,
      aBatchStep: 0,
      b: packColumns(backend, right),
      bBatchStep: 0,
      bias: 0,
      out,
      outStride,
      rows,
      columns,
      depth,
      activation: 0,
      symmetric: 0,
    },
    { count: panels, grain: Math.ceil(500_000 / (4 * depth * columns + 1)) },
  );
}
