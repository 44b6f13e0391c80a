import { keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Random, restoreRandom } from '../../random/createRandom.ts';
import type { History, RunState } from '../checkpoints/runState.ts';
import { type LearningRate, setLearningRate } from '../schedules/learningRate.ts';
import type { BatchFeed, LoadedBatch } from './batchFeed.ts';
import {
  type BestParts,
  type EarlyStoppingOptions,
  observeEpoch,
  restoreBest,
} from './earlyStopping.ts';
import type { StepEvent, TrainingEvent } from './events.ts';
import { inferenceGap, movesStatistics } from './inferenceGap.ts';
import { createPace, type Pace } from './pace.ts';
import type { TeachingWatch } from './teaching.ts';
import { type Learner, trainingStep } from './trainingStep.ts';
import type { Validation } from './validation.ts';

/** All that a run is made of. */
export interface TrainingPlan {
  readonly learner: Learner;
  /** What is kept of the best epoch. */
  readonly best: BestParts;
  readonly feed: BatchFeed;
  readonly epochs: number;
  /** Steps of the whole run, Infinity for no limit. */
  readonly maxSteps: number;
  readonly random: Random;
  readonly learningRate: LearningRate | undefined;
  readonly validate: (epoch: number) => Promise<Validation>;
  /** Ends a run that has nothing to compare. */
  readonly teaching: TeachingWatch;
  readonly earlyStopping: EarlyStoppingOptions | undefined;
  /** Writes a checkpoint; `at` says whether it is the end of an epoch or of the run. */
  readonly checkpoint: (state: RunState, at: 'step' | 'end') => Promise<void>;
  readonly signal: AbortSignal | undefined;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Continues training from `state`, with an event for each step and each epoch, and returns what it recorded. It stops
 * after the step during which `signal` is aborted, and at whichever step its consumer leaves the loop.
 */
export async function* train(
  plan: TrainingPlan,
  state: RunState,
): AsyncGenerator<TrainingEvent, History, void> {
  const { epochs, maxSteps, signal, now } = plan;
  const { history } = state;
  const pace = createPace(now);

  let ended = state.epoch > epochs || history.stopped;
  while (!ended) {
    const started = now();
    const { epoch } = state;
    const gap = yield* trainEpoch(plan, state, pace);
    if (signal?.aborted) history.stopped = true;
    const full = state.totalSteps >= maxSteps;

    const loss = state.lossSum / state.lossWeight;
    const { valLoss, metrics } = history.stopped ? nothing : await plan.validate(epoch);
    history.loss.push(loss);
    if (valLoss !== undefined) history.valLoss.push(valLoss);
    for (const [name, value] of Object.entries(metrics)) {
      history.metrics[name] = [...(history.metrics[name] ?? []), value];
    }
    if (plan.earlyStopping && !history.stopped) {
      const values = { ...metrics, loss, valLoss };
      const end = await observeEpoch(plan.earlyStopping, state, values, plan.best);
      history.stopped = end && epoch < epochs && !full;
    }
    const { step: steps } = state;
    const { stopped } = history;
    ended = stopped || full || epoch >= epochs;
    // A run that ended inside an epoch keeps the checkpoint of its last step: it can go on from there.
    if (!signal?.aborted && !full) {
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
    const progress = { epoch, epochs, steps, seconds, stopped };
    yield { kind: 'epoch', ...progress, loss, valLoss, metrics, inferenceGap: gap };
  }
  if (!signal?.aborted) plan.teaching.end();
  restoreBest(state.best, plan.best);
  return history;
}

const nothing: Validation = { valLoss: undefined, metrics: {} };

/** The steps of one epoch; returns how far the two modes of the network are apart at its end. */
async function* trainEpoch(
  plan: TrainingPlan,
  state: RunState,
  pace: Pace,
): AsyncGenerator<StepEvent, number | undefined, void> {
  const { learner, feed, epochs, maxSteps, random, signal, teaching } = plan;
  const { epoch, history } = state;
  const epochRandom = random.fork(`epoch ${epoch}`);
  if (state.totalSteps >= maxSteps) return undefined;
  const { steps, batches } = feed.epoch(epoch, epochRandom, state.step);
  const dropout = state.dropout ? restoreRandom(state.dropout) : epochRandom.fork('dropout');
  const { base, forward } = learner;
  let watched: Tensor | undefined;

  try {
    for await (const batch of batches) {
      try {
        if (watched === undefined && movesStatistics(base)) watched = sampleOf(batch);
        if (plan.learningRate) {
          setLearningRate(learner.optimizer, plan.learningRate(state.totalSteps));
        }
        const name = `step ${state.step + 1} of epoch ${epoch}`;
        const result = await trainingStep(learner, batch, dropout, name);
        teaching.see(result);
        history.stepLoss.push(result.loss);
        state.lossSum += result.loss * batch.weight;
        state.lossWeight += batch.weight;
        state.step++;
        state.totalSteps++;
        state.dropout = dropout.state();
        batch.dispose();
        await pace.step();
        await plan.checkpoint(state, 'step');

        const stepsPerSecond = pace.stepsPerSecond();
        const planned = steps === undefined ? undefined : steps * (epochs - epoch + 1) - state.step;
        const stepsLeft = leastOf(planned, maxSteps - state.totalSteps);
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
      } finally {
        batch.dispose();
      }
      if (signal?.aborted || state.totalSteps >= maxSteps) {
        await plan.checkpoint(state, 'end');
        break;
      }
    }
    return watched && (await inferenceGap(base, forward, watched));
  } finally {
    watched?.dispose();
  }
}

/** Examples of a batch on which the two modes of the network are compared. */
function sampleOf(batch: LoadedBatch): Tensor {
  return tidy(() => keep(batch.examples(0, Math.min(batch.indices.length, 64))));
}

function leastOf(planned: number | undefined, limit: number): number | undefined {
  if (planned === undefined) return limit === Infinity ? undefined : limit;
  return Math.min(planned, limit);
}
