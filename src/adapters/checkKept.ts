import { MetricLearningError } from '../errors/metricLearningError.ts';

/** The number of axes to keep; throws if there are fewer. */
export function checkKept(where: string, dims: number | undefined, width: number): number {
  if (dims === undefined || dims <= width) return dims ?? width;
  throw new MetricLearningError({
    where,
    expected: `dims to be at most the width of the features (${width})`,
    got: `dims: ${dims}`,
  });
}
