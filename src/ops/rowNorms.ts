import {
  abs,
  div,
  max,
  maximum,
  mul,
  pow,
  sqrt,
  square,
  sum,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';

/**
 * Lp norm of each row, [rows, 1]; not to be differentiated.
 *
 * Rows are scaled by their largest component first, so that neither huge nor tiny ones over- or underflow.
 */
export function rowNorms(x: Tensor2D, p = 2): Tensor2D {
  return tidy(() => {
    const largest = max(abs(x), 1, true);
    const scale = maximum(largest, smallest);
    const scaled = abs(div(x, scale));
    const norm =
      p === 2
        ? sqrt(sum(square(scaled), 1, true))
        : p === 1
          ? sum(scaled, 1, true)
          : pow(sum(pow(scaled, p), 1, true), 1 / p);
    return mul<Tensor2D>(norm, scale);
  });
}

const smallest = 1e-30; // well above float32's underflow
