import type { Examples } from '../../data/dataset.ts';
import { callback, recordLike, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset, required } from '../../internal/readOptions.ts';
import type { NetworkEmbedder } from '../../networks/createEmbedder.ts';
import type { MemoryIndex } from '../../search/exact/memoryIndex.ts';
import type { IndexItem } from '../../search/vectorIndex.ts';
import type { TrainingEvent } from '../../training/loop/events.ts';
import type { TrainingData } from '../../training/loop/openFeed.ts';
import type { TrainOptions } from '../../training/loop/trainOptions.ts';
import type { TripletModel } from '../../tripletModel.ts';

/** What a worker does for the page. `Settings` is what the page passes to `train`: plain data. */
export interface TrainingService<Settings = unknown> {
  /** What is done once, before the first call: `() => setUp()`. Default: nothing. */
  start?: () => unknown;
  /**
   * Model, data and options of a training run. The model is the worker's from then on: it is what `embed`, `recognize` and
   * `bundle` use, and it is freed with its base when another takes its place. Return the same model again to train it on.
   */
  train?: (settings: Settings, session: TrainingSession) => TrainingRun | Promise<TrainingRun>;
  /** Functions of your own, which the page calls by name: `connection.call('name', ..)`. Default: none. */
  calls?: Readonly<Record<string, ServiceCall>>;
}

/** A function of your own in the worker; arguments and result are plain data. */
// biome-ignore lint/suspicious/noExplicitAny: arguments of any type; the function says which.
export type ServiceCall = (session: TrainingSession, ...args: any[]) => unknown;

export const trainingService: OptionTable<TrainingService<never>, 'start' | 'train' | 'calls'> = {
  start: optional(callback('() => setUp()')),
  train: optional(callback('(settings) => ({ model, data, options })')),
  calls: optional(recordLike('{ name: (session, ..) => value }')),
};

/** One training run. */
export interface TrainingRun {
  /** A compiled model. */
  model: TripletModel;
  /** What it learns from. */
  data: TrainingData;
  /** As those of `TripletModel.train`; the signal is the page's. Default: none. */
  options?: Omit<TrainOptions, 'signal'>;
  /** Examples whose embeddings the page gets while training goes on. Default: none. */
  watch?: WatchedExamples;
}

export interface WatchedExamples {
  /** They are embedded before the first step, every so many steps, and at the end. */
  examples: Examples;
  /** Steps from one embedding to the next. Default 25. */
  everySteps?: number;
  /** Their items in the index, which is kept up to date with them. Default: they are not in the index. */
  items?: readonly IndexItem[];
}

export const trainingRun: OptionTable<TrainingRun, 'options' | 'watch'> = {
  model: required({
    expected: 'a TripletModel',
    accepts: (value) => typeof (value as Partial<TripletModel> | null)?.compile === 'function',
  }),
  data: required(recordLike<TrainingData>('{ examples, labels } or { stream }')),
  options: optional(recordLike('{ epochs, sampler }')),
  watch: optional(recordLike('{ examples, everySteps }')),
};

export const watchedExamples: OptionTable<WatchedExamples, 'items'> = {
  examples: required({
    expected: 'examples of the input shape of the model',
    accepts: (value) => typeof value === 'object' && value !== null,
  }),
  everySteps: preset(25, wholeNumber(1)),
  items: optional({ expected: 'an array of items, { id, label }', accepts: Array.isArray }),
};

/** What the worker has at hand. */
export interface TrainingSession {
  /** What embeds: that of the last run or bundle; undefined before the first. */
  readonly model: TripletModel | NetworkEmbedder | undefined;
  /** What is enrolled, for the distance of the model; undefined before the first model. */
  readonly index: MemoryIndex | undefined;
  /** The distance up to which two examples are of one class; undefined where none was given yet. */
  threshold: number | undefined;
}

/** The embeddings of the watched examples. */
export interface WatchEvent {
  readonly kind: 'watch';
  /** Steps that were done before, over all epochs. */
  readonly step: number;
  /** [count, dims], row by row. */
  readonly embeddings: Float32Array;
  readonly dims: number;
}

/** What the page reads while a worker trains. */
export type ServedEvent = TrainingEvent | WatchEvent;
