import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** Throws unless the distance is the one that a loss's formula is made for. */
export function checkDistance(where: string, distance: Distance, name: string): void {
  if (distance.name === name) return;
  throw new MetricLearningError({
    where,
    expected: `distance to be ${name}()`,
    got: `${distance.name}()`,
    fix: 'Leave the distance out.',
  });
}
