import { type Random, restoreRandom } from '../../random/createRandom.ts';
import type { History, RunState } from '../checkpoints/runState.ts';
import { type LearningRate, setLearningRate } from '../schedules/learningRate.ts';
import type { BatchFeed } from './batchFeed.ts';
import { type EarlyStopping, observeEpoch, restoreBest } from './earlyStopping.ts';
import { createPace, type Pace } from './pace.ts';
import { type StepResult, type Trainee, trainingStep, variablesOf } from './trainingStep.ts';

/** A step was taken. */
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
  /** Estimated seconds until the last epoch's last step, without validation; undefined where steps are. */
  readonly secondsLeft: number | undefined;
}

/** An epoch ended. */
export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken in this epoch: fewer than planned when training was stopped. */
  readonly steps: number;
  /** Mean loss over the epoch's triplets (or examples, where a miner forms the tuples). */
  readonly loss: number;
  /** Loss on the validation set; undefined without one. */
  readonly valLoss: number | undefined;
  /** The validation metrics asked for, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Seconds for training and validation. */
  readonly seconds: number;
  /** Whether training ends here before its last epoch, by a signal or by early stopping. */
  readonly stopped: boolean;
}

export type TrainingEvent = StepEvent | EpochEvent;

/** What a validation set tells after an epoch. */
export interface Validation {
  readonly valLoss: number | undefined;
  readonly metrics: Record<string, number>;
}

/** All that a run is made of. */
export interface TrainingPlan {
  readonly trainee: Trainee;
  readonly feed: BatchFeed;
  readonly epochs: number;
  readonly random: Random;
  readonly learningRate: LearningRate | undefined;
  readonly validate: () => Promise<Validation>;
  readonly earlyStopping: EarlyStopping | undefined;
  /** Keeps where the run stands; told whether it is the end of an epoch or of the run. */
  readonly checkpoint: (state: RunState, at: 'step' | 'end') => Promise<void>;
  readonly signal: AbortSignal | undefined;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Trains from where `state` stands, telling each step and each epoch, and returns what it recorded. It stops after the
 * step during which `signal` is aborted, and at whichever step its consumer leaves the loop.
 */
export async function* train(
  plan: TrainingPlan,
  state: RunState,
): AsyncGenerator<TrainingEvent, History, void> {
  const { trainee, epochs, signal, now } = plan;
  const { history } = state;
  const pace = createPace(now);

  while (state.epoch <= epochs && !history.stopped) {
    const started = now();
    const { epoch } = state;
    yield* trainEpoch(plan, state, pace);
    if (signal?.aborted) history.stopped = true;

    const loss = state.lossSum / state.lossWeight;
    const { valLoss, metrics } = history.stopped ? noValidation : await plan.validate();
    history.loss.push(loss);
    if (valLoss !== undefined) history.valLoss.push(valLoss);
    for (const [name, value] of Object.entries(metrics)) {
      history.metrics[name] = [...(history.metrics[name] ?? []), value];
    }
    if (plan.earlyStopping && !history.stopped) {
      const values = { ...metrics, loss, valLoss };
      const end = await observeEpoch(plan.earlyStopping, state, values, variablesOf(trainee));
      history.stopped = end && epoch < epochs;
    }
    const { step: steps } = state;
    const { stopped } = history;
    if (!signal?.aborted) {
      Object.assign(state, {
        epoch: epoch + 1,
        step: 0,
        dropout: undefined,
        lossSum: 0,
        lossWeight: 0,
      });
      await plan.checkpoint(state, 'end');
    }
    const seconds = (now() - started) / 1000;
    yield { kind: 'epoch', epoch, epochs, steps, loss, valLoss, metrics, seconds, stopped };
  }
  restoreBest(state.best, variablesOf(trainee));
  return history;
}

const noValidation: Validation = { valLoss: undefined, metrics: {} };

async function* trainEpoch(
  plan: TrainingPlan,
  state: RunState,
  pace: Pace,
): AsyncGenerator<StepEvent, void, void> {
  const { trainee, feed, epochs, random, signal } = plan;
  const { epoch, history } = state;
  const chance = random.fork(`epoch ${epoch}`);
  const { steps, batches } = feed.epoch(epoch, chance, state.step);
  const dropout = state.dropout ? restoreRandom(state.dropout) : chance.fork('dropout');

  for await (const batch of batches) {
    if (plan.learningRate) setLearningRate(trainee.optimizer, plan.learningRate(state.taken));
    const name = `step ${state.step + 1} of epoch ${epoch}`;
    const result = await trainingStep(trainee, batch, dropout, name).finally(batch.dispose);
    history.stepLoss.push(result.loss);
    state.lossSum += result.loss * batch.weight;
    state.lossWeight += batch.weight;
    state.step++;
    state.taken++;
    state.dropout = dropout.state();
    await pace.step();
    await plan.checkpoint(state, 'step');

    const stepsPerSecond = pace.stepsPerSecond();
    const stepsLeft = steps && steps * (epochs - epoch + 1) - state.step;
    yield {
      ...result,
      kind: 'step',
      epoch,
      epochs,
      step: state.step,
      steps,
      meanLoss: state.lossSum / state.lossWeight,
      stepsPerSecond,
      secondsLeft: stepsLeft === undefined ? undefined : stepsLeft / stepsPerSecond,
    };
    if (signal?.aborted) {
      await plan.checkpoint(state, 'end');
      return;
    }
  }
}
