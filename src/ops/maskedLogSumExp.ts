import {
  add,
  exp,
  fill,
  greater,
  log,
  max,
  maximum,
  mul,
  onesLike,
  type Rank,
  reshape,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';
import { inHostMemory, readNow } from './readNow.ts';
import { type WithGradient, withGradient } from './withGradient.ts';

export interface MaskedLogSumExpOptions {
  /** Adds exp(0) to each sum: log(1 + sum). Default false. */
  addOne?: boolean;
  /** The value of a row in which nothing counts. Default 0. */
  empty?: number;
}

/**
 * `log(sum_j counts[i, j] * exp(x[i, j]))` for each row i, [rows], for any finite x.
 *
 * `counts` holds how often each entry counts, 0 for never; it gets no gradient.
 */
export function maskedLogSumExp(
  x: Tensor2D,
  counts: Tensor2D,
  { addOne = false, empty = 0 }: MaskedLogSumExpOptions = {},
): Tensor1D {
  const run = hasOwnKernel('SimdLogSumExp') ? byKernel : inHostMemory() ? byLoop : byTensors;
  return withGradient<Tensor1D>([x], (save) => run(x, counts, addOne, addOne ? 0 : empty, save));
}

type Save = (tensors: Tensor2D[] | [Tensor2D, Tensor2D, Tensor1D]) => void;

function byKernel(
  x: Tensor2D,
  counts: Tensor2D,
  addOne: boolean,
  empty: number,
  save: Save,
): WithGradient<Tensor1D> {
  const value = runOwnKernel('SimdLogSumExp', { x, counts }, { addOne, empty })[0] as Tensor1D;
  save([x, counts, value]);
  return {
    value,
    gradient: (dy, [exponents, times, result]) => {
      const inputs = { x: exponents, counts: times, sums: result, dy };
      return [...runOwnKernel('SimdLogSumExpGradient', inputs)];
    },
  };
}

function byLoop(
  x: Tensor2D,
  counts: Tensor2D,
  addOne: boolean,
  empty: number,
): WithGradient<Tensor1D> {
  const [rows, columns] = x.shape;
  const exponents = readNow('maskedLogSumExp', x);
  const times = readNow('maskedLogSumExp', counts);
  const sums = new Float32Array(rows);
  const shares = new Float32Array(rows * columns); // of each entry in its row's sum
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    let peak = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) {
      if ((times[i] as number) > 0 && (exponents[i] as number) > peak)
        peak = exponents[i] as number;
    }
    if (peak === Number.NEGATIVE_INFINITY) {
      sums[row] = empty;
      continue;
    }
    const top = addOne ? Math.max(peak, 0) : peak;
    let total = addOne ? Math.exp(-top) : 0;
    for (let i = start; i < end; i++) {
      if ((times[i] as number) === 0) continue;
      const term = (times[i] as number) * Math.exp((exponents[i] as number) - top);
      shares[i] = term;
      total += term;
    }
    sums[row] = top + Math.log(total);
    for (let i = start; i < end; i++) shares[i] = (shares[i] as number) / total;
  }
  return {
    value: tensor1d(sums),
    gradient: (dy) => {
      const upstream = readNow('maskedLogSumExp', dy);
      const inputGradient = new Float32Array(shares.length);
      for (let row = 0, i = 0; row < rows; row++) {
        const weight = upstream[row] as number;
        for (const end = i + columns; i < end; i++)
          inputGradient[i] = weight * (shares[i] as number);
      }
      return [tensor2d(inputGradient, [rows, columns])];
    },
  };
}

function byTensors(
  x: Tensor2D,
  counts: Tensor2D,
  addOne: boolean,
  empty: number,
  save: Save,
): WithGradient<Tensor1D> {
  const [rows] = x.shape;
  const peak = max(where(greater(counts, 0), x, fill(x.shape, lowest)), 1, true);
  const counted = greater(max(counts, 1, true), 0); // not by the peak: webgl's is at least -1e20
  const top = where(counted, addOne ? maximum(peak, 0) : peak, zerosLike(peak));
  const rest = sum(weighted(sub(x, top), counts), 1, true);
  const total = addOne ? add(rest, exp(mul(top, -1))) : rest;
  const sums = add(top, log(where(counted, total, onesLike(total))));
  const value = where(counted, sums, fill([rows, 1], empty));
  const result = reshape<Rank.R1>(value, [rows]);
  save([x, counts, result]);
  return {
    value: result,
    gradient: (dy, saved) => {
      const [exponents, times, y] = saved as [Tensor2D, Tensor2D, Tensor1D];
      const shares = weighted(sub(exponents, reshape(y, [rows, 1])), times);
      return [mul(reshape(dy, [rows, 1]), shares)];
    },
  };
}

const lowest = -1e38;

/** counts * exp(x), in which an entry that counts 0 times cannot overflow. */
function weighted(x: Tensor2D, counts: Tensor2D): Tensor2D {
  return mul(counts, exp(where(greater(counts, 0), x, zerosLike(x))));
}
