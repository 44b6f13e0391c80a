import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import type { LossPart, Reducer } from '../reducers/reducer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import type { Tuples } from '../tuples/tuples.ts';

/** A loss over a batch of embeddings: a record of what it takes and a pure function. */
export interface Loss {
  readonly name: string;
  readonly takes: LossInputs;
  /**
   * The loss as a scalar on the tape; the caller's to dispose.
   *
   * `embeddings` are of shape [batch, dims], with one class id each; null in place of labels is for losses that need
   * none, or not when tuples are given. Without `tuples` a loss forms all that the labels allow; given tuples, also
   * none at all, are the only ones. With a `reference` positives and negatives come from there.
   *
   * Where nothing can be learned (no positive, no negative) the loss is 0, with gradient 0.
   *
   * `observe` is told the parts whose sum the loss is.
   *
   * @throws MetricLearningError if shapes, labels and tuples do not go together, an embedding is not finite, or the
   * loss does not take what it is given.
   */
  compute(
    embeddings: Tensor2D,
    labels: Labels | null,
    tuples?: Tuples,
    reference?: LossReference,
    observe?: LossObserver,
  ): Scalar;
}

/**
 * Is told a part of a loss: its name (`loss`, `positive`, `regularizer` ..), what it adds to the loss, and, where it
 * comes from tuples, their losses. The tensors live as long as the loss's own scope: `keep` what is read later.
 */
export type LossObserver = (name: string, value: Scalar, part?: LossPart) => void;

/** What a loss takes beside embeddings. */
export interface LossInputs {
  /**
   * Labels: `needed` always, `or tuples`, or `none` (null is to be passed); `optional` losses do something else
   * without.
   */
  readonly labels: 'needed' | 'or tuples' | 'optional' | 'none';
  /** Index tuples from a miner: as `tuples` to learn from, as `weights` of examples, or not at all. */
  readonly tuples: 'tuples' | 'weights' | 'none';
  /** A reference set: `needed`, `optional` or `none`. */
  readonly reference: 'needed' | 'optional' | 'none';
  /** Whether labels are more than same or different: the loss has something for each class. Default false. */
  readonly classes?: boolean;
}

/** A second set of embeddings that positives and negatives come from; labels where the loss needs them. */
export interface LossReference {
  /** Shape [references, dims]. */
  readonly embeddings: Tensor2D;
  readonly labels?: Labels | null;
}

/** Options that every loss takes. */
export interface LossOptions {
  /** How the losses of tuples become one number. The default is the paper's, named in each loss. */
  reducer?: Reducer;
  /** A penalty on the embeddings, added to the loss. Default: none. */
  regularizer?: Regularizer;
  /** What the penalty is multiplied by. Default 1. */
  regularizerWeight?: number;
}

/** Options that losses over pairs and triplets take. */
export interface TupleLossOptions extends LossOptions {
  /** The default is named in each loss. */
  distance?: Distance;
}
