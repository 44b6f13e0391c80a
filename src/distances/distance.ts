import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * How far two embeddings are apart, or how similar they are: a record of functions with gradients.
 *
 * Losses, miners, evaluation, searches, recognizers and reports all take a `Distance`, and all take `lpDistance()` by
 * default. The returned tensors are the caller's.
 */
export interface Distance {
  readonly name: string;
  /** Whether larger means nearer, as with a similarity. */
  readonly inverted: boolean;
  /** The p of the Lp norm that measures lengths. Default 2. */
  readonly norm?: number;
  /** The smallest and the largest possible value, where there are such. */
  readonly bounds?: readonly [low: number, high: number];
  /**
   * What the distance is, as plain JSON: `distanceFromConfig` makes it again. Index files, checkpoints and bundles hold
   * it. A distance of your own without a config works everywhere, but cannot be saved.
   */
  readonly config?: DistanceConfig;
  /**
   * How a search may measure it by matrix products, graphs and databases. Without it, evaluation and exact search
   * compute blocks of `matrix`; approximate indexes and databases refuse the distance.
   */
  readonly search?: SearchMetric;
  /**
   * Each row of the query against each row of the reference, or of the query itself without a reference:
   * [m, dims], [n, dims] to [m, n].
   */
  matrix(query: Tensor2D, reference?: Tensor2D): Tensor2D;
  /** The i-th row of the query against the i-th row of the reference: [m, dims], [m, dims] to [m]. */
  rowwise(query: Tensor2D, reference: Tensor2D): Tensor1D;
}

/** The name of the function that made a distance, and the options of the call. */
export interface DistanceConfig {
  readonly name: string;
  readonly [option: string]: string | number | boolean;
}

/** One of the measures that searches compute in their own way. For all of them, smaller means nearer. */
export interface SearchMetric {
  /**
   * - `euclidean`: `|x - y|`;
   * - `squaredEuclidean`: `|x - y|^2`;
   * - `cosine`: `1 - cos(x, y)`;
   * - `dot`: `-(x . y)`.
   */
  readonly metric: 'euclidean' | 'squaredEuclidean' | 'cosine' | 'dot';
  /** Whether x and y are divided by their length first. True for `cosine`. */
  readonly normalize: boolean;
  /** Lengths below this count as this when `normalize` is true. */
  readonly minNorm: number;
}
