import { clipByValue, reshape, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** 1 for each row of a matrix of counts that has a count above 0, and 0 for each other row: [rows]. */
export function anyInRow(counts: Tensor2D): Tensor1D {
  return clipByValue(sum(counts, 1), 0, 1);
}

/** A vector as a column, [rows, 1], which tfjs broadcasts over the columns of a matrix. */
export function asColumn(values: Tensor1D): Tensor2D {
  return reshape(values, [values.size, 1]);
}
