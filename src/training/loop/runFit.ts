import type { History } from '../checkpoints/runState.ts';
import { createDiagnosis } from '../diagnosis/createDiagnosis.ts';
import type { TrainingEvent } from './events.ts';
import { createProgress } from './progress.ts';
import type { FitSettings } from './readFitOptions.ts';

/**
 * Passes the events of a run to the callbacks of `fit`, one after the other; each is awaited.
 *
 * An error of a callback ends the run properly: what the run holds is freed, its checkpoints stay as they are, and the
 * error is thrown.
 */
export async function runFit(
  events: AsyncGenerator<TrainingEvent, History, void>,
  settings: FitSettings,
): Promise<History> {
  const { onStep, onEpoch, onDiagnosis, verbose, print } = settings;
  const diagnosis = createDiagnosis();
  const progress = createProgress(verbose, print);
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      progress(value);
      if (value.kind === 'step') await onStep?.(value);
      else await onEpoch?.(value);
      if (onDiagnosis === undefined) continue;
      for (const finding of diagnosis.examine(value)) await onDiagnosis(finding);
    }
  } finally {
    await events.return(undefined as never);
  }
}
