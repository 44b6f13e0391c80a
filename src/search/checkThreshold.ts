import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Throws if `threshold` is no number; Infinity leaves nothing out. */
export function checkThreshold(where: string, threshold: number): void {
  if (typeof threshold === 'number' && !Number.isNaN(threshold)) return;
  throw new MetricLearningError({
    where,
    expected: 'threshold to be a number',
    got: `threshold: ${show(threshold)}`,
  });
}
