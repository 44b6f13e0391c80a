import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import type { Tuples } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { readTable } from './internal/readTable.ts';
import { type MineOptions, readMineOptions } from './mineOptions.ts';

/**
 * Chooses the tuples of a batch that are worth learning from. A miner is a record: a name and a function.
 *
 * Mining leaves nothing on the gradient tape, so it may be called inside `grad` and `variableGrads`; it reads
 * distances back, so it needs a backend that can do that synchronously (all but webgpu, where `TripletModel` mines on
 * another backend).
 */
export interface Miner<T extends Tuples = Tuples> {
  readonly name: string;
  /**
   * The tuples of a batch, as indices: `embeddings` of shape [batch, dims], one label an embedding.
   *
   * Anchors are indices into the batch. Positives and negatives are indices into `options.reference`. Without a
   * reference set they are indices into the batch, and no example is its own positive.
   *
   * @throws MetricLearningError if shapes and labels do not fit each other, an embedding is not finite, or an option
   * is unknown.
   * @example const tuples = miner.mine(embeddings, labels);
   */
  mine(embeddings: Tensor2D, labels: Labels, options?: MineOptions): T;
}

/** The part in which miners with one table of distances differ. */
export interface MinerSpec<T extends Tuples> {
  readonly name: string;
  readonly distance: Distance;
  /** Chooses the tuples: a pure function of numbers. */
  select(table: DistanceTable): T;
}

/** Makes a miner from a selection: checks the batch, and reads the distances that the selection needs. */
export function defineMiner<T extends Tuples>({ name, distance, select }: MinerSpec<T>): Miner<T> {
  return {
    name,
    mine(embeddings, labels, options) {
      const { reference } = readMineOptions(name, options);
      return select(readTable(name, distance, embeddings, labels, reference));
    },
  };
}
