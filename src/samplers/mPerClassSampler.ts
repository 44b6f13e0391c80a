import { indicesByClass } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { drawMembers } from './drawMembers.ts';
import type { BatchSampler } from './sampler.ts';

export interface MPerClassSamplerOptions {
  /** Examples of each class in a batch. */
  m: number;
  /** Examples an epoch shows, rounded down to whole batches. Default: as many as the data set has. */
  length?: number;
}

/**
 * Batches of `batchSize / m` random classes with `m` random examples each, for losses and miners that form
 * their tuples within a batch.
 *
 * Classes differ within a batch. Members of a class are drawn without replacement within a batch, or with
 * replacement from a class that has fewer than `m`.
 *
 * @throws MetricLearningError if `m` or `length` is no whole number >= 1; at use if `batchSize` is no multiple
 * of `m`, needs more classes than there are, or exceeds an epoch's length.
 * @see pytorch-metric-learning's MPerClassSampler
 */
export function mPerClassSampler(options: MPerClassSamplerOptions): BatchSampler {
  checkOptions('mPerClassSampler', options, ['m', 'length']);
  const { m } = options;
  checkInteger('mPerClassSampler', 'm', m);
  if (options.length !== undefined) checkInteger('mPerClassSampler', 'length', options.length);
  return {
    kind: 'batches',
    name: 'mPerClassSampler',
    sample(labels, random, batchSize) {
      const classes = [...indicesByClass(labels).values()];
      const { length = labels.length } = options;
      check(m, length, batchSize, classes.length);
      const order = classes.map((_, index) => index);
      return Array.from({ length: Math.floor(length / batchSize) }, () => {
        const drawn = random.shuffle(order).slice(0, batchSize / m);
        return Int32Array.from(
          drawn.flatMap((index) => drawMembers(classes[index] as number[], m, random)),
        );
      });
    },
  };
}

function check(m: number, length: number, batchSize: number, classes: number): void {
  const where = 'mPerClassSampler';
  checkInteger(where, 'batchSize', batchSize);
  if (batchSize % m !== 0) {
    throw new MetricLearningError({
      where,
      expected: `batchSize to be a multiple of m (${m})`,
      got: `batchSize: ${batchSize}`,
      fix: `Take ${Math.max(1, Math.round(batchSize / m)) * m}.`,
    });
  }
  if (batchSize / m > classes) {
    throw new MetricLearningError({
      where,
      expected: `at least batchSize / m = ${batchSize / m} classes`,
      got: `${classes}`,
      fix: `Take a batchSize of at most ${classes * m}, or a larger m.`,
    });
  }
  if (batchSize > length) {
    throw new MetricLearningError({
      where,
      expected: `an epoch of at least one batch (${batchSize})`,
      got: `length: ${length}`,
    });
  }
}
