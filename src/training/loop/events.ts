import type { BatchStatistics } from './batchStatistics.ts';
import type { LossReading } from './lossRecord.ts';

/** What one step measured. */
export interface StepResult extends BatchStatistics, LossReading {
  /** The loss of the batch before the step, with the regularization losses of the network. */
  readonly loss: number;
  /** Joint Euclidean length of all gradients before clipping; undefined without `clipNorm`. */
  readonly gradientNorm: number | undefined;
}

/** One step of training is done. */
export interface StepEvent extends StepResult {
  readonly kind: 'step';
  /** Counts from 1, as all numbers of events do. */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps in this epoch; undefined for a stream that does not say. */
  readonly steps: number | undefined;
  /** Mean loss of the epoch so far. */
  readonly meanLoss: number;
  readonly stepsPerSecond: number;
  /** Estimated seconds until the last step of the last epoch, without validation; undefined if `steps` is. */
  readonly secondsLeft: number | undefined;
}

/** An epoch ended. */
export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epoch: number;
  readonly epochs: number;
  /** Steps in this epoch: fewer than planned when training was stopped. */
  readonly steps: number;
  /** Mean loss over the triplets of the epoch, or over its examples where a miner or the loss forms the tuples. */
  readonly loss: number;
  /** Loss on the validation set; undefined without one. */
  readonly valLoss: number | undefined;
  /** The values of `validationMetrics`, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * How far training mode and inference mode are apart: the root mean square distance between the two embeddings of an
   * example, over the spread of the embeddings. Undefined for a network without batch normalization or other layers
   * that keep statistics.
   */
  readonly inferenceGap: number | undefined;
  /** Seconds for training and validation. */
  readonly seconds: number;
  /** Whether training ends here before its last epoch, by a signal or by early stopping. */
  readonly stopped: boolean;
}

export type TrainingEvent = StepEvent | EpochEvent;
