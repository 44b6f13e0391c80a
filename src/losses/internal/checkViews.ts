import type { Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** Throws unless two views have a row for each example. */
export function checkViews(where: string, first: Tensor2D, second: Tensor2D): void {
  if (first.shape[0] === second.shape[0]) return;
  throw new MetricLearningError({
    where,
    expected: `a reference with one row for each embedding (${first.shape[0]})`,
    got: `${second.shape[0]} rows`,
  });
}
