import type { Tensor2D } from '@tensorflow/tfjs-core';

/**
 * A second set, from which positives and negatives come; anchors come from the batch. Examples are a memory of earlier
 * batches, a gallery, or another view of the same examples.
 *
 * Every member of the set is used, but for `copies`: a member that equals its anchor counts as a positive.
 */
export interface Reference {
  /** Shape [references, dims]. */
  readonly embeddings: Tensor2D;
  /** The class of each reference. */
  readonly labels: Int32Array;
  /**
   * For each example of the batch the row of the reference that is a copy of the example, or -1: the copy is no partner of
   * the example. Default: no copies.
   */
  readonly copies?: Int32Array;
}
