import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** Throws unless larger means nearer. */
export function checkSimilarity(where: string, distance: Distance): void {
  if (distance.inverted) return;
  throw new MetricLearningError({
    where,
    expected: 'distance to be a similarity (cosineSimilarity, dotProductSimilarity)',
    got: distance.name,
  });
}
