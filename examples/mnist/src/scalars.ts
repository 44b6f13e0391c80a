import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type EpochEvent,
  type ScalarEvent,
  type StepEvent,
  scalarEvents,
} from 'tfjs-metric-learning';
import { writeWhole } from 'tfjs-metric-learning/node';

/** Writes what `tensorboard --logdir` shows as curves: a file of events an epoch, in the run's folder `events`. */
export interface Scalars {
  step(event: StepEvent): void;
  epoch(event: EpochEvent): void;
  /** Resolves when all is on the disk. */
  written(): Promise<void>;
}

export function createScalars(run: string): Scalars {
  const events: ScalarEvent[] = [];
  let writing = Promise.resolve();
  const add = (step: number, values: Readonly<Record<string, number | undefined>>): void => {
    const wallTime = Date.now() / 1000;
    for (const [tag, value] of Object.entries(values)) {
      if (value !== undefined) events.push({ tag, step, wallTime, value });
    }
  };
  return {
    step(event) {
      const { epoch, steps = 0, step, loss, active, embeddingNorm, spread } = event;
      add((epoch - 1) * steps + step, {
        'step/loss': loss,
        'step/active': active,
        'step/embedding_norm': embeddingNorm,
        'step/spread': spread,
        'step/same_pair_distance': event.samePairDistance,
        'step/different_pair_distance': event.differentPairDistance,
      });
    },
    epoch({ epoch, loss, valLoss, metrics }) {
      add(epoch, { 'epoch/loss': loss, 'epoch/val_loss': valLoss });
      for (const [name, value] of Object.entries(metrics)) add(epoch, { [`epoch/${name}`]: value });
      const bytes = scalarEvents(events.splice(0));
      // TensorBoard reads a folder's event files in the order of their names.
      const file = join(run, 'events', `events.out.tfevents.${Date.now()}.epoch-${epoch}`);
      writing = writing.then(async () => {
        await mkdir(dirname(file), { recursive: true });
        await writeWhole(file, bytes);
      });
    },
    written: () => writing,
  };
}
