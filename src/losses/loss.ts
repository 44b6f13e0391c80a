import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import type { Reducer } from '../reducers/reducer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import type { ComputeOptions } from './computeOptions.ts';

/** A loss over a batch of embeddings: a record of its name, what it accepts, and a pure function. */
export interface Loss {
  readonly name: string;
  /** What `compute` accepts beside embeddings. */
  readonly accepts: LossInputs;
  /** What the loss measures between two embeddings; undefined for a loss that measures no distance. */
  readonly distance?: Distance | undefined;
  /**
   * The loss of a batch, a scalar on the gradient tape; the caller disposes it.
   *
   * `embeddings` has the shape [batch, dims], and `labels` holds one class id for each row. `labels` is null for a
   * loss that needs none, and may be null when tuples are given. Without `options.tuples` the loss forms every tuple
   * that the labels allow. With `options.reference` it takes positives and negatives from that set.
   *
   * Where nothing can be learned (no positive, no negative) the loss is 0, with gradient 0.
   *
   * @throws MetricLearningError if shapes, labels and tuples do not fit each other, an embedding is not finite, or the
   * loss does not accept one of the arguments.
   * @example
   * const value = loss.compute(embeddings, labels);
   * const mined = loss.compute(embeddings, labels, { tuples: miner.mine(embeddings, labels) });
   */
  compute(embeddings: Tensor2D, labels: Labels | null, options?: ComputeOptions): Scalar;
}

/** What a loss accepts beside embeddings. */
export interface LossInputs {
  /**
   * Labels: `needed` always, `or tuples`, or `none` (null is to be passed); `optional` losses do something else
   * without.
   */
  readonly labels: 'needed' | 'or tuples' | 'optional' | 'none';
  /** Tuples of a miner: `tuples` to learn from, `coefficients` by which the losses of examples are multiplied, or `none`. */
  readonly tuples: 'tuples' | 'coefficients' | 'none';
  /** A reference set: `needed`, `optional` or `none`. */
  readonly reference: 'needed' | 'optional' | 'none';
  /** Whether labels are more than same or different: the loss has something for each class. Default false. */
  readonly classes?: boolean;
}

/** Options that every loss accepts. */
export interface LossOptions {
  /** Turns the losses of tuples or examples into one number. Default: as the paper of the loss. */
  reducer?: Reducer;
  /** A penalty on the embeddings, added to the loss. Default: none. */
  regularizer?: Regularizer;
  /** The penalty is multiplied by this number. Default 1. */
  regularizerCoefficient?: number;
}

/** Options that losses over pairs and triplets accept. */
export interface TupleLossOptions extends LossOptions {
  /** What the loss measures between two embeddings. Default: as the paper of the loss. */
  distance?: Distance;
}
