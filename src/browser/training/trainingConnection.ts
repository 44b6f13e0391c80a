import type { EmbeddingRows } from '../../data/embeddings.ts';
import { abortSignal, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../../internal/readOptions.ts';
import type { Recognition } from '../../recognition/createRecognizer.ts';
import type { Hit, IndexSearchOptions, ItemLabel, Json } from '../../search/vectorIndex.ts';
import type { History } from '../../training/checkpoints/runState.ts';
import type { OpenedBundle, ServedBundleOptions, ServedRecognizeOptions } from './session.ts';
import type { ServedEvent } from './trainingService.ts';

/** Examples as they cross the border: numbers, no tensor. */
export type SentExamples = Float32Array | Uint8Array | Uint8ClampedArray | Int32Array;

export interface ConnectedTrainOptions {
  /** Ends training after the step during which it is aborted; the last events still come. Default: none. */
  signal?: AbortSignal;
  /**
   * Events that the worker may be ahead of the page. A page that stops reading pauses training after so many. Default
   * 16.
   */
  ahead?: number;
}

export const connectedTrainOptions: OptionTable<ConnectedTrainOptions, 'signal'> = {
  signal: optional(abortSignal),
  ahead: preset(16, wholeNumber(1)),
};

/** The worker, as the page sees it. */
export interface TrainingConnection<Settings = unknown> {
  /**
   * Trains in the worker, and gives its events: a step, an epoch, or the embeddings of the watched examples. Leaving the
   * loop ends training; not reading pauses it. The history is what the generator returns.
   */
  train(
    settings: Settings,
    options?: ConnectedTrainOptions,
  ): AsyncGenerator<ServedEvent, History, void>;
  /** The embeddings of examples as numbers, { data, shape }; a pool of workers splits them. */
  embed(examples: SentExamples): Promise<EmbeddingRows>;
  /** The k nearest items of each example, nearest first. */
  search(examples: SentExamples, k: number, options?: IndexSearchOptions): Promise<Hit[][]>;
  /** The class of each example; null for what is like nothing that is known. */
  recognize(examples: SentExamples, options?: ServedRecognizeOptions): Promise<Recognition[]>;
  /** Keeps examples of a class, and returns the ids of their items. */
  enrol(
    label: ItemLabel,
    examples: SentExamples,
    metadata?: { readonly [key: string]: Json },
  ): Promise<string[]>;
  /** The same as `enrol`, in American spelling. */
  enroll: TrainingConnection['enrol'];
  /** Removes all examples of a class, and returns their number. */
  forget(label: ItemLabel): Promise<number>;
  /** Network, index and threshold as the bytes of one file. */
  bundle(options?: ServedBundleOptions): Promise<Uint8Array>;
  /** Puts what a bundle holds to use, in place of the model before. */
  open(bytes: Uint8Array): Promise<OpenedBundle>;
  /** Calls a function of the service's `calls`. */
  call<Value = unknown>(name: string, ...args: readonly unknown[]): Promise<Value>;
  /** Ends the worker. Calls that have not been answered are rejected. */
  close(): void;
}
