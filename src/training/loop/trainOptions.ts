import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Dataset } from '../../data/dataset.ts';
import type { Miner } from '../../miners/miner.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { CheckpointOptions } from '../checkpoints/checkpoint.ts';
import type { Diagnosis } from '../diagnosis/doctor.ts';
import type { LearningRate } from '../schedules/learningRate.ts';
import type { EarlyStopping } from './earlyStopping.ts';
import type { Augment } from './gradients.ts';
import type { EpochEvent, StepEvent } from './train.ts';

/** A number that tells how good embeddings are, e.g. `precisionAt1`. */
export type ValidationMetric = (
  embeddings: Tensor2D,
  labels: Int32Array,
) => number | Promise<number>;

export interface TrainOptions {
  /** Decides what an epoch shows. Default: `consecutiveTripletsSampler()`. */
  sampler?: Sampler;
  /** Forms the tuples of each batch, from a sampler of batches. */
  miner?: Miner;
  /** Triplets (of a triplet sampler) or examples (of a batch sampler) in a batch. Default 32. */
  batchSize?: number;
  /** Default 1. */
  epochs?: number;
  /**
   * Changes each batch of training examples at random: `(examples, random) => examples` of the same shape, in tfjs ops.
   * Draw chance from `random` and the run stays reproducible.
   */
  augment?: Augment;
  /** Held-out examples, measured after each epoch. */
  validation?: Dataset;
  /** What to measure on the validation set beside the loss, by name: `{ precisionAt1 }`. */
  validationMetrics?: Readonly<Record<string, ValidationMetric>>;
  /** Ends training when the validation set says it no longer helps. */
  earlyStopping?: EarlyStopping;
  /** Keeps where the run stands, so that a killed run goes on as if it had never stopped. */
  checkpoint?: CheckpointOptions;
  /** Decides samples, order and dropout. Default 0. */
  seed?: number;
  /** The learning rate of each step. Default: the optimizer's own. */
  learningRate?: LearningRate;
  /** Scales all gradients down together when their joint Euclidean length exceeds this. Default: no limit. */
  clipNorm?: number;
  /**
   * Examples that pass through the network at a time, so that a batch may exceed memory; the gradients are the whole
   * batch's. Default: all at once.
   */
  subBatchSize?: number;
  /** Ends training after the step during which it is aborted. */
  signal?: AbortSignal;
  /** The clock in milliseconds, for speed and time left. */
  now?: () => number;
}

export interface FitOptions extends TrainOptions {
  onStep?: (event: StepEvent) => void;
  onEpoch?: (event: EpochEvent) => void;
  /** What `createDoctor` finds wrong with the run, each thing once. */
  onDiagnosis?: (diagnosis: Diagnosis) => void;
}
