import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { made, type OptionTable } from '../internal/readOptions.ts';
import { meanReducer } from '../reducers/meanReducer.ts';
import type { Reducer } from '../reducers/reducer.ts';
import { reducerKind } from '../reducers/reducerKind.ts';

/** A penalty on embeddings, or on the parameters of a loss: a record of a name and a function. */
export interface Regularizer {
  readonly name: string;
  /** The penalty on rows of shape [rows, dims]: a scalar with a gradient. The caller disposes it. */
  compute(rows: Tensor2D): Scalar;
}

/** Options of every regularizer. */
export interface RegularizerOptions {
  /** Turns the penalties of the rows into one number. Default: `meanReducer()`. */
  reducer?: Reducer;
}

/** The rules of `RegularizerOptions`. */
export const regularizerRules: OptionTable<RegularizerOptions> = {
  reducer: made(() => meanReducer(), reducerKind),
};
