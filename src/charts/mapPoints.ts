import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/**
 * Coordinates of a map, however they were made (`pca`, `tsne`, UMAP ..): x0, y0, x1, y1 .. in one array, or a
 * list of [x, y].
 */
export type MapPoints = Float32Array | Float64Array | readonly ArrayLike<number>[];

/** One view of a set of embeddings in two dims. */
export interface EmbeddingMap {
  /** What it shows, e.g. `default` for raw pixels. */
  readonly name: string;
  /** One point an example. Both axes share a unit, y points up. */
  readonly points: MapPoints;
  /** A remark shown beside the name, e.g. `PCA, 17.6 % of the variance`. */
  readonly note?: string;
}

/**
 * Coordinates as x0, y0, x1, y1 ..
 *
 * @throws MetricLearningError if there are not `count` of them (when given), none, or one is not finite.
 */
export function readPoints(
  where: string,
  points: MapPoints,
  count?: number,
  name = 'points',
): Float32Array {
  const flat = flattened(where, points, name);
  if (flat.length === 0 || (count !== undefined && flat.length !== 2 * count)) {
    throw new MetricLearningError({
      where,
      expected:
        count === undefined ? `at least one of ${name}` : `one of ${name} a label (${count})`,
      got: `${flat.length / 2}`,
    });
  }
  const wrong = flat.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be finite`,
      got: `${flat[wrong]} in point ${wrong >> 1}`,
    });
  }
  return flat;
}

function flattened(where: string, points: MapPoints, name: string): Float32Array {
  if (points instanceof Float32Array) return points;
  if (points instanceof Float64Array) return Float32Array.from(points);
  if (!Array.isArray(points)) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be a Float32Array of x0, y0, x1, y1 .. or a list of [x, y]`,
      got: show(points),
    });
  }
  const flat = new Float32Array(2 * points.length);
  points.forEach((point: ArrayLike<number>, i) => {
    if (point?.length !== 2) {
      throw new MetricLearningError({
        where,
        expected: `${name} to have two coordinates each`,
        got: `${show(point)} at index ${i}`,
      });
    }
    flat.set([point[0] as number, point[1] as number], 2 * i);
  });
  return flat;
}
