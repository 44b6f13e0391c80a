import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import {
  callback,
  either,
  flag,
  type OptionKind,
  oneOf,
  part,
  positive,
  recordLike,
  seed,
  wholeNumber,
} from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../../internal/readOptions.ts';
import type { Miner } from '../../miners/miner.ts';
import type { CreateMomentumEncoderOptions } from '../../networks/createMomentumEncoder.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { CheckpointOptions } from '../checkpoints/checkpoint.ts';
import type { Diagnosis } from '../diagnosis/createDiagnosis.ts';
import type { LearningRate } from '../schedules/learningRate.ts';
import type { EarlyStoppingOptions } from './earlyStopping.ts';
import type { EpochEvent, StepEvent } from './events.ts';
import type { Augment } from './gradients.ts';
import type { FitHardNegativesOptions } from './hardNegatives.ts';
import type { TrainingData } from './openFeed.ts';

/**
 * A number that says how good embeddings are, such as `precisionAt1`. NaN never makes an epoch the best.
 *
 * `options.distance` is the distance that the model's loss measures: `precisionAt1` and other metrics of this library
 * read it.
 */
export type ValidationMetric = (
  embeddings: Tensor2D,
  labels: Int32Array,
  options: { readonly distance: Distance },
) => number | Promise<number>;

export interface TrainOptions {
  /** Draws the batches of each epoch. Default: `consecutiveTripletsSampler()`; with `views: 2` every example once. */
  sampler?: Sampler;
  /** Forms the tuples of each batch, from a sampler of batches. Default: the loss forms them. */
  miner?: Miner;
  /**
   * Mines hard negatives over the whole training set every few steps, `{ every, count, skip, guard }`: one of them takes
   * the place of the negative of each triplet, or comes beside each example of a batch. Default: none.
   */
  hardNegatives?: FitHardNegativesOptions;
  /**
   * The number of triplets (of a triplet sampler) or of examples (of a batch sampler) in a batch. Default: what suits
   * the sampler and the number of classes, else 32.
   */
  batchSize?: number;
  /** The number of passes over the data. Default: 1, or as many as `maxSteps` needs. */
  epochs?: number;
  /** The most steps in all; the epoch in which training ends is validated like any other. Default: no limit. */
  maxSteps?: number;
  /**
   * Changes each batch of training examples at random: `(examples, random) => examples` of the same shape, in tfjs ops.
   * Draw from `random` and the run stays reproducible. It sees the examples before the model's normalization.
   * Default: none.
   */
  augment?: Augment;
  /**
   * With 2, each example of a batch comes as two views, augmented one by one: a loss over views (`simClrLoss`) compares
   * them, and a loss over labels gets both as one batch. Default 1.
   */
  views?: 1 | 2;
  /**
   * With `views: 2`, the second view of each example is embedded by a copy of the network that follows it slowly (MoCo),
   * `{ momentum: 0.999 }`: no gradient flows through the copy, and `crossBatchMemory` keeps what it embedded. The copy
   * starts equal to the network at each `fit`, and checkpoints hold it. Default: none.
   */
  momentumEncoder?: CreateMomentumEncoderOptions;
  /** Held-out examples, measured after each epoch: a data set, or a stream. Default: none. */
  validation?: TrainingData;
  /**
   * Draws the held-out examples. Default: `sampler`, where it can draw from any data set; else, for triplets,
   * `consecutiveTripletsSampler()`, and for batches every example once, in groups of its class.
   */
  validationSampler?: Sampler;
  /** What to measure on the held-out examples beside the loss, by name: `{ precisionAt1 }`. Default: nothing. */
  validationMetrics?: Readonly<Record<string, ValidationMetric>>;
  /** Ends training when the monitored loss or metric no longer improves. Default: never. */
  earlyStopping?: EarlyStoppingOptions;
  /** Writes checkpoints, from which a killed run continues as if it had never stopped. Default: no checkpoints. */
  checkpoint?: CheckpointOptions;
  /** Determines samples, order, augmentation and dropout. Default 0. */
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
  /** Ends training after the step during which it is aborted. Default: none. */
  signal?: AbortSignal;
  /** The clock in milliseconds, for speed and time left. Default: the system's. */
  now?: () => number;
}

export interface FitOptions extends TrainOptions {
  /** Called after each step, and awaited; its error ends training. Default: none. */
  onStep?: (event: StepEvent) => unknown;
  /** Called after each epoch, and awaited; its error ends training. Default: none. */
  onEpoch?: (event: EpochEvent) => unknown;
  /** Called with each diagnosis of `createDiagnosis`, once for each, and awaited. Default: none. */
  onDiagnosis?: (diagnosis: Diagnosis) => unknown;
  /**
   * Prints progress: with 1 or true a bar on a terminal and a line for each epoch elsewhere, with 2 always lines; 0 and
   * false print nothing. Default 0.
   */
  verbose?: boolean | 0 | 1 | 2;
  /** Where `verbose` prints lines. Default: the console. */
  print?: (line: string) => void;
}

const abortSignal: OptionKind<AbortSignal> = {
  expected: 'an AbortSignal',
  accepts: (value) => typeof (value as AbortSignal | null)?.aborted === 'boolean',
  fix: () => 'Pass the signal of a new AbortController().',
};

const data = recordLike<TrainingData>('{ examples, labels } or { stream }');
const sampler = part<Sampler>('mPerClassSampler({ m: 4 })', 'sample');

export const fitOptions: OptionTable<FitOptions, OpenFitOption> = {
  sampler: optional(sampler),
  miner: optional(part('semiHardMiner()', 'mine')),
  hardNegatives: optional(recordLike('{ every, count }')),
  batchSize: optional(wholeNumber(1)),
  epochs: optional(wholeNumber(1)),
  maxSteps: optional(wholeNumber(1)),
  augment: optional(callback('(examples, random) => examples')),
  views: preset<1 | 2>(1, oneOf(1, 2)),
  momentumEncoder: optional(recordLike('{ momentum }')),
  validation: optional(data),
  validationSampler: optional(sampler),
  validationMetrics: optional(recordLike('{ precisionAt1 }')),
  earlyStopping: optional(recordLike('{ monitor, mode }')),
  checkpoint: optional(recordLike('{ store, everySteps }')),
  seed: preset(0, seed),
  learningRate: optional(
    callback('(step) => rate', 'Give a constant rate to the optimizer: train.adam(0.001).'),
  ),
  clipNorm: optional(positive),
  subBatchSize: optional(wholeNumber(1)),
  signal: optional(abortSignal),
  now: optional(callback('() => milliseconds')),
  onStep: optional(callback('(event) => {}')),
  onEpoch: optional(callback('(event) => {}')),
  onDiagnosis: optional(callback('(diagnosis) => {}')),
  verbose: preset<boolean | 0 | 1 | 2>(0, either(flag, oneOf(0, 1, 2))),
  print: optional(callback('(line) => {}')),
};

/** The options that have no value when they are not given. */
type OpenFitOption = Exclude<keyof FitOptions, 'views' | 'seed' | 'verbose'>;
