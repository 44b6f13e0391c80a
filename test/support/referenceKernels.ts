import { squaredDistance } from '../../src/internal/squaredDistance.ts';

/** The private kernels of the simd backend in plain JavaScript, for tests to compare with. */
export type ReferenceKernel = (inputs: never, attrs: never) => readonly ReferenceTensor[];

export interface ReferenceTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

type Inputs<Name extends string> = Readonly<Record<Name, ReferenceTensor>>;
interface Values {
  readonly values: ReferenceTensor;
  readonly counts?: ReferenceTensor;
}
interface Bounds {
  readonly low: number;
  readonly high: number;
}

export const pairMasks = (
  { labels, others }: Inputs<'labels' | 'others'>,
  { self }: { self: boolean },
): readonly ReferenceTensor[] => {
  const columns = others.values.length;
  const shape = [labels.values.length, columns];
  const positives = matrix(shape, (i, j) => (labels.values[i] === others.values[j] ? 1 : 0));
  const negatives = positives.values.map((same) => 1 - same);
  if (self) for (let i = 0; i < columns; i++) positives.values[i * columns + i] = 0;
  return [positives, { values: negatives, shape }];
};

interface Exponents {
  readonly x: ReferenceTensor;
  readonly counts?: ReferenceTensor;
}

const countOf = (counts: ReferenceTensor | undefined, at: number): number =>
  counts ? (counts.values[at] as number) : 1;

export const logSumExp = (
  { x, counts }: Exponents,
  { addOne, empty }: { addOne: boolean; empty: number },
): readonly ReferenceTensor[] => {
  const [rows, columns] = x.shape as [number, number];
  const sums = new Float32Array(rows).fill(empty);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    let top = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) {
      if (countOf(counts, i) > 0) top = Math.max(top, x.values[i] as number);
    }
    if (top === Number.NEGATIVE_INFINITY) continue;
    if (addOne) top = Math.max(top, 0);
    let total = addOne ? Math.exp(-top) : 0;
    for (let i = start; i < end; i++) {
      const count = countOf(counts, i);
      if (count > 0) total += count * Math.exp((x.values[i] as number) - top);
    }
    sums[row] = top + Math.log(total);
  }
  return [{ values: sums, shape: [rows] }];
};

export const logSumExpGradient = ({
  x,
  counts,
  sums,
  dy,
}: Exponents & Inputs<'sums' | 'dy'>): readonly ReferenceTensor[] => [
  matrix(x.shape, (i, _, at) => {
    const count = countOf(counts, at);
    if (count === 0) return 0;
    const share = count * Math.exp((x.values[at] as number) - (sums.values[i] as number));
    return share * (dy.values[i] as number);
  }),
];

interface Logits {
  readonly x: ReferenceTensor;
  readonly targets: ReferenceTensor;
  readonly targetX?: ReferenceTensor;
}

export const crossEntropy = (
  inputs: Logits,
  { scale }: { scale: number },
): readonly ReferenceTensor[] => {
  const rows = inputs.x.shape[0] as number;
  const losses = Float32Array.from({ length: rows }, (_, i) => {
    const logits = logitsOf(inputs, i, scale);
    const top = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    return top - (logits[inputs.targets.values[i] as number] as number) + Math.log(total);
  });
  return [{ values: losses, shape: [rows] }];
};

export const crossEntropyGradient = (
  inputs: Logits & Inputs<'losses' | 'dy'> & { readonly derivative?: ReferenceTensor },
  { scale }: { scale: number },
): readonly ReferenceTensor[] => {
  const { x, targets, derivative, losses, dy } = inputs;
  const [rows, columns] = x.shape as [number, number];
  const dx = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const logits = logitsOf(inputs, i, scale);
    const column = targets.values[i] as number;
    const sum = (logits[column] as number) + (losses.values[i] as number);
    for (const [j, logit] of logits.entries()) {
      const factor = j === column && derivative ? (derivative.values[i] as number) : 1;
      const excess = Math.exp(logit - sum) - (j === column ? 1 : 0);
      dx[i * columns + j] = scale * (dy.values[i] as number) * factor * excess;
    }
  }
  return [{ values: dx, shape: x.shape }];
};

/** The logits of row `i`. */
function logitsOf({ x, targets, targetX }: Logits, i: number, scale: number): Float64Array {
  const columns = x.shape[1] as number;
  const logits = Float64Array.from(x.values.subarray(i * columns, (i + 1) * columns));
  if (targetX) logits[targets.values[i] as number] = targetX.values[i] as number;
  return logits.map((logit) => scale * logit);
}

export const boundedSums = (
  { values, counts }: Values,
  { low, high }: Bounds,
): readonly ReferenceTensor[] => {
  const sums = [0, 0, 0] as [number, number, number];
  values.values.forEach((value, i) => {
    const count = countOf(counts, i);
    sums[2] += count;
    if (count === 0 || !(value > low && value < high)) return;
    sums[0] += count * value;
    sums[1] += count;
  });
  return [{ values: Float32Array.from(sums), shape: [1, 3] }];
};

export const boundedSumsGradient = (
  { values, counts }: Values,
  { low, high, scale }: Bounds & { scale: number },
): readonly ReferenceTensor[] => {
  const out = values.values.map((value, i) => {
    const count = countOf(counts, i);
    return value > low && value < high ? scale * count : 0;
  });
  return [{ values: out, shape: values.shape }];
};

export const rowDistances = (
  { x, y }: Inputs<'x' | 'y' | 'xSquares' | 'ySquares' | 'products'>,
  { root }: { root: boolean },
): readonly ReferenceTensor[] => {
  const dims = x.shape[1] as number;
  const distance = (i: number, j: number): number => {
    const square = squaredDistance(x.values, i, y.values, j, dims);
    return root ? Math.sqrt(square) : square;
  };
  return [matrix([x.shape[0] as number, y.shape[0] as number], distance)];
};

export const normalize = (
  { x }: Inputs<'x'>,
  { least }: { least: number },
): readonly ReferenceTensor[] => {
  const lengths = lengthsOf(x, least);
  return [matrix(x.shape, (i, _, at) => (x.values[at] as number) / (lengths[i] as number))];
};

export const normalizeGradient = (
  { x, dy }: Inputs<'x' | 'dy'>,
  { least }: { least: number },
): readonly ReferenceTensor[] => {
  const columns = x.shape[1] as number;
  const lengths = lengthsOf(x, least);
  const along = lengths.map((length, i) => {
    if (length <= least) return 0;
    let sum = 0;
    for (let at = i * columns; at < (i + 1) * columns; at++) {
      sum += ((x.values[at] as number) / length) * (dy.values[at] as number);
    }
    return sum;
  });
  const gradient = matrix(x.shape, (i, _, at) => {
    const length = lengths[i] as number;
    const unit = (x.values[at] as number) / length;
    return ((dy.values[at] as number) - (along[i] as number) * unit) / length;
  });
  return [gradient];
};

function lengthsOf({ values, shape }: ReferenceTensor, least: number): Float64Array {
  const [rows, columns] = shape as [number, number];
  const lengths = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let at = i * columns; at < (i + 1) * columns; at++) sum += (values[at] as number) ** 2;
    lengths[i] = Math.max(Math.sqrt(sum), least);
  }
  return lengths;
}

export const divideOrZero = ({ a, b }: Inputs<'a' | 'b'>): readonly ReferenceTensor[] => {
  const quotients = a.values.map((value, i) => {
    const divisor = b.values[i] as number;
    return divisor === 0 ? 0 : value / divisor;
  });
  return [{ values: quotients, shape: a.shape }];
};

export const addTransposed = ({ x }: Inputs<'x'>): readonly ReferenceTensor[] => {
  const [size] = x.shape as [number, number];
  const at = (i: number, j: number): number => x.values[i * size + j] as number;
  return [matrix(x.shape, (i, j) => at(i, j) + at(j, i))];
};

function matrix(
  shape: readonly number[],
  entry: (i: number, j: number, at: number) => number,
): ReferenceTensor {
  const [rows, columns] = shape as [number, number];
  const values = new Float32Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) values[at] = entry(i, j, at);
  }
  return { values, shape };
}
