import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { Loss } from '../../losses/loss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import type { StepResult } from './events.ts';

/** Steps that may have nothing to compare before a run ends. */
const patience = 30;
/** Parts of a loss that come from no example. */
const penalties: ReadonlySet<string> = new Set(['regularizer', 'parameterRegularizer', 'network']);

/**
 * @throws MetricLearningError if all examples are of one class, and the loss compares classes: it has nothing to tell apart.
 */
export function checkClasses(
  where: string,
  labels: Int32Array,
  { loss, overViews }: { readonly loss: KerasLoss | Loss; readonly overViews: boolean },
): void {
  const needed = typeof loss === 'function' || (loss.accepts.labels !== 'none' && !overViews);
  if (!needed || labels.some((label) => label !== labels[0])) return;
  throw new MetricLearningError({
    where,
    expected: `examples of at least two classes for ${nameOf(loss)}`,
    got: `${labels.length} examples of one class (${labels[0]})`,
    fix: 'With one class there is nothing to tell apart. Add examples of other classes, or check that the labels are the class ids.',
  });
}

/** Watches the steps of a run, and ends a run whose batches hold nothing that the loss could compare. */
export interface TeachingWatch {
  /** @throws MetricLearningError if none of the first 30 steps had anything to compare. */
  see(result: StepResult): void;
  /** Ends the watch of a run of fewer steps. @throws MetricLearningError as `see`. */
  end(): void;
}

/**
 * The watch of one run.
 *
 * A step had nothing to compare if the loss was 0 for want of pairs and triplets, because the batch lacked two examples of
 * one class, or examples of two classes. A loss that remembers earlier batches may compare later, and is not watched.
 */
export function watchTeaching(where: string, loss: KerasLoss | Loss): TeachingWatch {
  let watched = !('state' in loss);
  let steps = 0;
  let [alone, alike] = [true, true];

  const judge = (): void => {
    if (!watched || steps === 0) return;
    watched = false;
    throw new MetricLearningError({
      where,
      expected: `batches with pairs or triplets for ${nameOf(loss)}`,
      got: `${steps} ${steps === 1 ? 'batch' : 'batches'} ${alone ? 'without two examples of one class' : 'of one class each'}: the loss was 0, and nothing was learned`,
      fix: alone
        ? 'Use mPerClassSampler with m of at least 2, and check that the labels are class ids, not ids of examples.'
        : 'Make batches of several classes: a batchSize of several times m, or data in another order.',
    });
  };

  return {
    see(result) {
      if (!watched) return;
      steps++;
      alone &&= Number.isNaN(result.samePairDistance);
      alike &&= Number.isNaN(result.differentPairDistance);
      if (compared(result) || !(alone || alike)) watched = false;
      if (steps === patience) judge();
    },
    end: judge,
  };
}

/** What is left of a loss of 0 after rounding, as of 1 minus a precision. */
const rounding = 1e-6;

/** Whether a step had pairs or triplets, in a batch of one class only such with a loss, or any other loss than 0. */
function compared({ active, parts, loss, differentPairDistance }: StepResult): boolean {
  if (active !== undefined) return active > 0 || !Number.isNaN(differentPairDistance);
  const observed = Object.entries(parts).filter(([name]) => !penalties.has(name));
  const values = observed.length > 0 ? observed.map(([, value]) => value) : [loss];
  return values.some((value) => Math.abs(value) > rounding);
}

function nameOf(loss: KerasLoss | Loss): string {
  return loss.name || 'the loss';
}
