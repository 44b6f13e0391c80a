import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Weighting } from './weighting.ts';

/**
 * One part of a loss before it is reduced to a number. Most losses have one part, `loss`; some have several, such as
 * `positive` and `negative`, which are reduced each for itself and then added.
 */
export interface LossPart {
  readonly name: string;
  /** What the values belong to; `reduced` is one number already, which reducers leave as it is. */
  readonly kind: 'elements' | 'pairs' | 'triplets' | 'reduced';
  /** Elements: [batch] (or as many as `anchors`). Pairs: [batch, candidates]. Triplets: [triplets]. */
  readonly values: Tensor;
  /** How often each value counts, 0 for not at all, in the shape of `values`. Without it, each counts once. */
  readonly counts?: Tensor;
  /** The row of the batch that each value belongs to. Without it, the i-th row of `values` belongs to the i-th. */
  readonly anchors?: Int32Array;
  /** What this part of the loss asks its sum to be divided by, if its paper says so. */
  readonly divisor?: number;
  /** The class of each row of `values`, for rows that are no rows of the batch: proxies. */
  readonly classes?: Int32Array;
  /** Class weights act on the part as a whole, by their mean over its values, not on each value. Default false. */
  readonly meanClassWeight?: boolean;
  /** The weighted sum without a list of values, of parts whose list would be too long: all triplets of a batch. */
  weightedSum?(weighting: Weighting, labels: Int32Array | null): Scalar;
  /** For such parts: how many values there are, and how many are above 0. */
  tally?(): Tally;
}

/** How many losses there are, and how many of them are above 0. */
export interface Tally {
  readonly all: number;
  readonly active: number;
}

/** Turns the losses of tuples into one number, on the tape. */
export interface Reducer {
  readonly name: string;
  /**
   * The number. `labels` are the classes of the batch's rows, or null where the loss was called without.
   *
   * @throws MetricLearningError if the part is of a kind the reducer does not take.
   */
  reduce(part: LossPart, labels: Int32Array | null): Scalar;
}
