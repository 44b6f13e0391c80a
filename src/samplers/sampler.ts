import type { Random } from '../random/createRandom.ts';
import type { Triplets } from '../tuples/tuples.ts';

/** Draws the triplets of one epoch: indices into the data set, in the order in which they are made. */
export interface TripletSampler {
  readonly kind: 'triplets';
  readonly name: string;
  /** @throws MetricLearningError if the labels allow no triplet. */
  sample(labels: Int32Array, random: Random): Triplets;
}

/** Draws the batches of one epoch, for losses that form their tuples within a batch. */
export interface BatchSampler {
  readonly kind: 'batches';
  readonly name: string;
  /**
   * Lists of indices into the data set, one a batch.
   *
   * @throws MetricLearningError if the labels or `batchSize` do not suit the sampler.
   */
  sample(labels: Int32Array, random: Random, batchSize: number): Int32Array[];
}

/** Decides what an epoch shows the network. */
export type Sampler = TripletSampler | BatchSampler;
