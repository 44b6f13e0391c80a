import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../data/labels.ts';
import { callback, recordLike } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import type { LossPart } from '../reducers/reducer.ts';
import { refuseTuples } from '../tuples/internal/refuseTuples.ts';
import type { Tuples } from '../tuples/tuples.ts';

/** A second set of embeddings that positives and negatives are taken from; with labels where the loss needs them. */
export interface LossReference {
  /** Shape [references, dims]. */
  readonly embeddings: Tensor2D;
  readonly labels?: Labels | null;
}

/**
 * Is called with each part of a loss: the name of the part (`loss`, `positive`, `regularizer` ..), what the part adds
 * to the loss, and the losses of its tuples where it has tuples. The tensors live until `compute` returns: `keep` what
 * is read later.
 */
export type LossObserver = (name: string, value: Scalar, part?: LossPart) => void;

/** What `Loss.compute` accepts beside embeddings and labels. */
export interface ComputeOptions {
  /**
   * The pairs or triplets to learn from, and no others; a miner makes such records. Default: every tuple that the
   * labels allow.
   */
  tuples?: Tuples | undefined;
  /** A second set of embeddings that positives and negatives are taken from. Default: the batch itself. */
  reference?: LossReference | undefined;
  /** Is called with each part of the loss. Default: none. */
  observe?: LossObserver | undefined;
}

export const computeOptions: OptionTable<ComputeOptions, keyof ComputeOptions> = {
  tuples: optional(recordLike('such as { anchor, positive, negative }')),
  reference: optional(recordLike('{ embeddings, labels }')),
  observe: optional(callback('(name, value, part) => void')),
};

/**
 * The options of a call of `compute`, checked.
 *
 * @throws MetricLearningError if they are no record or have an unknown name; for tuples in their place the error says
 * how to pass tuples.
 */
export function readComputeOptions(where: string, given: ComputeOptions = {}): ComputeOptions {
  refuseTuples(where, given, 'compute(embeddings, labels, { tuples })');
  return readOptions(where, computeOptions, given);
}
