import { clipByValue, reshape, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** 1 for each row of a matrix of counts in which something counts, else 0: [rows]. */
export function anyInRow(counts: Tensor2D): Tensor1D {
  return clipByValue(sum(counts, 1), 0, 1);
}

/** A vector as a column, [rows, 1], for matrices to be added to or multiplied with. */
export function asColumn(values: Tensor1D): Tensor2D {
  return reshape(values, [values.size, 1]);
}
