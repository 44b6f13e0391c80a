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
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

export interface MaskedLogSumExpOptions {
  /** Adds exp(0) to each sum: log(1 + sum). Default false. */
  addOne?: boolean;
  /** The value of a row in which nothing counts. Default 0. */
  empty?: number;
}

/**
 * `log(sum_j counts[i, j] * exp(x[i, j]))` for each row i, [rows], for any finite x.
 *
 * `counts` says how often each entry counts, 0 for not at all; it gets no gradient.
 */
export function maskedLogSumExp(
  x: Tensor2D,
  counts: Tensor2D,
  { addOne = false, empty = 0 }: MaskedLogSumExpOptions = {},
): Tensor1D {
  return withGradient<Tensor1D>([x], (save) => {
    const [rows] = x.shape;
    const peak = max(where(greater(counts, 0), x, fill(x.shape, lowest)), 1, true);
    const counted = greater(peak, lowest);
    const top = where(counted, addOne ? maximum(peak, 0) : peak, zerosLike(peak));
    const rest = sum(weighted(sub(x, top), counts), 1, true);
    const total = addOne ? add(rest, exp(mul(top, -1))) : rest;
    const sums = add(top, log(where(counted, total, onesLike(total))));
    const value = where(counted, sums, fill([rows, 1], addOne ? 0 : empty));
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
  });
}

const lowest = -1e38;

/** counts * exp(x), where what does not count cannot overflow. */
function weighted(x: Tensor2D, counts: Tensor2D): Tensor2D {
  return mul(counts, exp(where(greater(counts, 0), x, zerosLike(x))));
}
