import type { Tensor2D } from '@tensorflow/tfjs-core';

/**
 * A second set that positives and negatives are taken from, while anchors stay in the batch: a memory of earlier
 * batches, a gallery, another view of the same examples.
 *
 * No member of it is left out: one equal to its anchor counts as a positive.
 */
export interface Reference {
  /** Shape [references, dims]. */
  readonly embeddings: Tensor2D;
  /** The class of each. */
  readonly labels: Int32Array;
}
