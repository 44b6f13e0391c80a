import { square, sum, type Tensor2D } from '@tensorflow/tfjs-core';
import { safeSqrt } from '../../ops/safeSqrt.ts';

/** The Euclidean length of each row, [rows, 1]; the gradient at length 0 is 0. */
export function rowLengths(rows: Tensor2D): Tensor2D {
  return safeSqrt(sum<Tensor2D>(square(rows), 1, true));
}
