import type { Random } from '../random/createRandom.ts';
import type { Triplets } from '../tuples/tuples.ts';

/** Draws the triplets of one epoch: indices into the data set. */
export interface TripletSampler {
  readonly kind: 'triplets';
  readonly name: string;
  /** Set where the sampler holds indices, or a value for each example, of one data set: it can draw from no other. */
  readonly ofOneDataset?: boolean;
  /**
   * The triplets, in the order in which they are drawn.
   *
   * @throws MetricLearningError if the labels allow no triplet.
   */
  sample(labels: Int32Array, random: Random): Triplets;
}

/** Draws the batches of one epoch, for losses and miners that form their tuples within a batch. */
export interface BatchSampler {
  readonly kind: 'batches';
  readonly name: string;
  /** Set where the sampler holds indices, or a value for each example, of one data set: it can draw from no other. */
  readonly ofOneDataset?: boolean;
  /** The size of a batch that suits these labels, for a `fit` without `batchSize`. Default: 32. */
  defaultBatchSize?(labels: Int32Array): number;
  /**
   * The batches: lists of indices into the data set, one list a batch.
   *
   * @throws MetricLearningError if the labels or `batchSize` do not suit the sampler.
   */
  sample(labels: Int32Array, random: Random, batchSize: number): Int32Array[];
}

/** Decides which examples an epoch shows the network: as ready triplets, or as batches. */
export type Sampler = TripletSampler | BatchSampler;
