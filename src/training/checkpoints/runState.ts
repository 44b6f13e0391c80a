import type { PartRecord } from '../../data/splits/split.ts';
import type { RandomState } from '../../random/createRandom.ts';
import type { StoredTensor } from './checkpointFile.ts';

/** What a run recorded: one value for each epoch, and `stepLoss` one for each step. */
export interface History {
  readonly loss: number[];
  /** Empty without a validation set. */
  readonly valLoss: number[];
  /** The values of `validationMetrics`, by name. */
  readonly metrics: Record<string, number[]>;
  readonly stepLoss: number[];
  /** Whether training was stopped before its last step, by a signal or by early stopping. */
  stopped: boolean;
  /** The epoch whose network was best by early stopping's measure, from 1; 0 without one. */
  bestEpoch: number;
  /** How the training examples were chosen, where `applySplit` chose them. */
  split?: PartRecord;
}

/** The state of a run: with network, loss and optimizer, all it needs to continue as if it had never stopped. */
export interface RunState {
  /** The current epoch, from 1. */
  epoch: number;
  /** Steps done in this epoch. */
  step: number;
  /** Steps done in all epochs. */
  totalSteps: number;
  /** The state of the rng of dropout and augmentation. */
  dropout: RandomState | undefined;
  /** The losses of this epoch so far, each times the weight of its batch. */
  lossSum: number;
  lossWeight: number;
  readonly history: History;
  best: Best | undefined;
}

/** The best epoch so far, by early stopping's measure. */
export interface Best {
  readonly value: number;
  readonly epoch: number;
  /** The whole network and the state of the loss; empty if the best epoch is not restored. */
  readonly tensors: readonly StoredTensor[];
}

/** The state of a run that has not begun. */
export function freshState(): RunState {
  return {
    epoch: 1,
    step: 0,
    totalSteps: 0,
    dropout: undefined,
    lossSum: 0,
    lossWeight: 0,
    history: { loss: [], valLoss: [], metrics: {}, stepLoss: [], stopped: false, bestEpoch: 0 },
    best: undefined,
  };
}
