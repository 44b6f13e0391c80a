import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger } from '../internal/checks.ts';

/** Throws unless a batch is made of whole groups of `m` examples. */
export function checkWholeGroups(where: string, m: number, batchSize: number): void {
  checkInteger(where, 'batchSize', batchSize);
  if (batchSize % m === 0) return;
  throw new MetricLearningError({
    where,
    expected: `batchSize to be a multiple of m (${m})`,
    got: `batchSize: ${batchSize}`,
    fix: `Use ${Math.max(1, Math.round(batchSize / m)) * m}.`,
  });
}

/** Throws for an epoch that is shorter than a batch. */
export function checkEpoch(where: string, length: number, batchSize: number): void {
  if (batchSize <= length) return;
  throw new MetricLearningError({
    where,
    expected: `an epoch of at least one batch (${batchSize})`,
    got: `length: ${length}`,
  });
}
