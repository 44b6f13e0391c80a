import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * How far two embeddings are apart, or how similar they are: a record of functions with gradients.
 *
 * The returned tensors are the caller's.
 */
export interface Distance {
  readonly name: string;
  /** Whether larger means nearer, as with a similarity. */
  readonly inverted: boolean;
  /** The p of the Lp norm by which it measures lengths. Default 2. */
  readonly norm?: number;
  /** The smallest and the largest value there can be, where there are such. */
  readonly bounds?: readonly [low: number, high: number];
  /**
   * Every row of the query against every row of the reference, or of the query itself without one:
   * [m, dims], [n, dims] to [m, n].
   */
  matrix(query: Tensor2D, reference?: Tensor2D): Tensor2D;
  /** The i-th row of the query against the i-th row of the reference: [m, dims], [m, dims] to [m]. */
  rowwise(query: Tensor2D, reference: Tensor2D): Tensor1D;
}
