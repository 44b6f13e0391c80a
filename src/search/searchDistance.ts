import type { Distance, DistanceConfig, SearchMetric } from '../distances/distance.ts';
import { distanceCode, distanceFromConfig } from '../distances/distanceFromConfig.ts';
import { namedDistances } from '../distances/namedDistances.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Above this, a normalization that holds short rows down ranks otherwise than the cosine of graphs and databases. */
const largestMinNorm = 1e-6;

/**
 * How a graph or a database measures a distance.
 *
 * @throws MetricLearningError if it cannot: `where` names the store.
 */
export function storeMetric(where: string, distance: Distance): SearchMetric {
  const { search } = distance;
  const within = search && !(search.normalize && search.minNorm > largestMinNorm);
  if (search && within) return search;
  throw new MetricLearningError({
    where,
    expected:
      'distance to be one that the store computes: lpDistance with p 2 and power 1 or 2, cosineSimilarity or dotProductSimilarity with power 1, and minNorm at most 1e-6',
    got: distanceCode(distance),
    fix: 'createIndex and nearestNeighbors compute every distance.',
  });
}

/**
 * The distance that a state or a file names: a distance, the config of one, or one of the four names of early files.
 *
 * @throws MetricLearningError if it is none of them.
 */
export function savedDistance(where: string, saved: unknown): Distance {
  const named = typeof saved === 'string' ? namedDistances.get(saved) : undefined;
  if (named) return named.make();
  if (typeof (saved as Partial<Distance> | null | undefined)?.matrix === 'function') {
    return saved as Distance;
  }
  try {
    return distanceFromConfig(saved as DistanceConfig);
  } catch {
    throw new MetricLearningError({
      where,
      expected: 'distance to be a distance, or the config of a distance of this library',
      got: show(saved),
      fix: 'For a distance of your own, pass { ...state, distance: yourDistance }.',
    });
  }
}

/** The config of a distance, for a file. @throws MetricLearningError if the distance has none. */
export function configOf(where: string, distance: Distance): DistanceConfig {
  if (distance.config) return distance.config;
  throw new MetricLearningError({
    where,
    expected: 'a distance with a config, which a file can hold',
    got: `the distance ${show(distance.name)} without one`,
    fix: 'Give the distance a config: { ...distance, config: { name, ... } }.',
  });
}

/**
 * What a search reports, in words for charts and pages: `Euclidean distance of unit vectors`.
 */
export function distanceTitle(distance: Distance): string {
  const { search } = distance;
  if (!search) return distance.inverted ? `negated ${distance.name}` : distanceCode(distance);
  const unit = search.normalize ? ' of unit vectors' : '';
  return {
    euclidean: `Euclidean distance${unit}`,
    squaredEuclidean: `squared Euclidean distance${unit}`,
    cosine: 'cosine distance',
    dot: 'negative dot product',
  }[search.metric];
}
