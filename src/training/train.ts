import type { Random } from '../base/random.ts';
import type { ExampleSource } from '../data/exampleSource.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { type Batch, epochBatches } from './batches.ts';
import { type LearningRate, setLearningRate } from './learningRate.ts';
import { type StepResult, type Trainee, trainingStep } from './trainingStep.ts';
import { weightedMean } from './weightedMean.ts';
import { yieldToEvents } from './yieldToEvents.ts';

/** A step was taken. */
export interface StepEvent extends StepResult {
  readonly kind: 'step';
  /** Counts from 1, as all numbers of events do. */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps in this epoch. */
  readonly steps: number;
  /** Mean loss of the epoch so far. */
  readonly meanLoss: number;
  readonly stepsPerSecond: number;
  /** Estimated seconds until the last epoch's last step, without validation. */
  readonly secondsLeft: number;
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
  /** Seconds for training and validation. */
  readonly seconds: number;
  /** Whether training was stopped within this epoch. */
  readonly stopped: boolean;
}

export type TrainingEvent = StepEvent | EpochEvent;

/** All that a run is made of. */
export interface TrainingPlan {
  readonly trainee: Trainee;
  readonly source: ExampleSource;
  readonly labels: Int32Array;
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly epochs: number;
  readonly random: Random;
  readonly learningRate: LearningRate | undefined;
  readonly validate: (() => Promise<number>) | undefined;
  readonly signal: AbortSignal | undefined;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

const eventsEvery = 40; // ms: keys, repaints and Ctrl-C feel immediate, and yielding costs nothing

/**
 * Trains, telling each step and each epoch. It stops after the step during which `signal` is aborted, and at
 * whichever step its consumer leaves the loop.
 */
export async function* train(plan: TrainingPlan): AsyncGenerator<TrainingEvent, void, void> {
  const { trainee, source, labels, sampler, batchSize, epochs, random, signal, now } = plan;
  const started = now();
  let taken = 0;
  let yielded = started;

  for (let epoch = 1; epoch <= epochs; epoch++) {
    const epochStarted = now();
    const chance = random.fork(`epoch ${epoch}`);
    const batches = epochBatches(sampler, labels, chance, batchSize);
    const dropout = chance.fork('dropout');
    const mean = weightedMean();
    let step = 0;

    for (const batch of batches as Batch[]) {
      if (plan.learningRate) setLearningRate(trainee.optimizer, plan.learningRate(taken));
      const name = `step ${step + 1} of epoch ${epoch}`;
      const result = await trainingStep(trainee, source, batch, dropout, name);
      mean.add(result.loss, batch.weight);
      step++;
      taken++;
      if (now() - yielded > eventsEvery) {
        await yieldToEvents();
        yielded = now();
      }
      const stepsPerSecond = (1000 * taken) / (now() - started);
      const stepsLeft = batches.length - step + (epochs - epoch) * batches.length;
      yield {
        ...result,
        kind: 'step',
        epoch,
        epochs,
        step,
        steps: batches.length,
        meanLoss: mean.value(),
        stepsPerSecond,
        secondsLeft: stepsLeft / stepsPerSecond,
      };
      if (signal?.aborted) break;
    }

    const stopped = signal?.aborted ?? false;
    const valLoss = stopped ? undefined : await plan.validate?.();
    const seconds = (now() - epochStarted) / 1000;
    yield {
      kind: 'epoch',
      epoch,
      epochs,
      steps: step,
      loss: mean.value(),
      valLoss,
      seconds,
      stopped,
    };
    if (stopped) return;
  }
}
