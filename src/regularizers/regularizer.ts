import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Reducer } from '../reducers/reducer.ts';

/** A penalty on embeddings or on a loss's own weights: a name and a function. */
export interface Regularizer {
  readonly name: string;
  /** The penalty of rows, [rows, dims], as a scalar on the tape; the caller's to dispose. */
  compute(rows: Tensor2D): Scalar;
}

/** Options that every regularizer takes. */
export interface RegularizerOptions {
  /** How the penalties of rows become one number. Default: `meanReducer()`. */
  reducer?: Reducer;
}
