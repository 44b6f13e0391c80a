import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';

/** Throws unless class ids are an Int32Array. */
export function checkClassIds(where: string, name: string, ids: unknown): void {
  if (ids instanceof Int32Array) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be an Int32Array of class ids`,
    got: show(ids),
    fix: 'Make one with Int32Array.from(labels); names of classes become ids with encodeLabels(names).labels.',
  });
}
