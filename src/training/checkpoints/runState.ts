import type { RandomState } from '../../random/createRandom.ts';
import type { StoredTensor } from './checkpointFile.ts';

/** What a run recorded: a value an epoch, but for `stepLoss`, a value a step. */
export interface History {
  readonly loss: number[];
  /** Empty without a validation set. */
  readonly valLoss: number[];
  /** The validation metrics asked for, by name. */
  readonly metrics: Record<string, number[]>;
  readonly stepLoss: number[];
  /** Whether training was stopped before its last step, by a signal or by early stopping. */
  stopped: boolean;
  /** The epoch whose weights were best by early stopping's measure, from 1; 0 without early stopping. */
  bestEpoch: number;
}

/** Where a run stands: with weights and optimizer, all it needs to go on as if it had never stopped. */
export interface RunState {
  /** The epoch at hand, from 1. */
  epoch: number;
  /** Steps taken in this epoch. */
  step: number;
  /** Steps taken in all. */
  taken: number;
  /** The stream of dropout masks, where it stands. */
  dropout: RandomState | undefined;
  /** The epoch's losses so far. */
  lossSum: number;
  lossWeight: number;
  readonly history: History;
  best: Best | undefined;
}

/** The best epoch so far, by early stopping's measure. */
export interface Best {
  readonly value: number;
  readonly epoch: number;
  readonly weights: readonly StoredTensor[];
}

export function freshState(): RunState {
  return {
    epoch: 1,
    step: 0,
    taken: 0,
    dropout: undefined,
    lossSum: 0,
    lossWeight: 0,
    history: { loss: [], valLoss: [], metrics: {}, stepLoss: [], stopped: false, bestEpoch: 0 },
    best: undefined,
  };
}
