import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/**
 * What a search calls near; the smaller the nearer, for all of them.
 *
 * - `squaredEuclidean`: `|x - y|^2`, the unit of `tripletLoss`;
 * - `euclidean`: `|x - y|`, which ranks alike;
 * - `cosine`: `1 - cos(x, y)`, from 0 to 2; 1 if a row is all zeros;
 * - `dot`: `-(x . y)`, the negated dot product.
 */
export type SearchDistance = 'squaredEuclidean' | 'euclidean' | 'cosine' | 'dot';

const names: readonly SearchDistance[] = ['squaredEuclidean', 'euclidean', 'cosine', 'dot'];

/** Throws unless `distance` is one of them. */
export function checkSearchDistance(where: string, distance: SearchDistance): void {
  if (!names.includes(distance)) {
    throw new MetricLearningError({
      where,
      expected: `distance to be one of ${names.join(', ')}`,
      got: show(distance),
    });
  }
}
