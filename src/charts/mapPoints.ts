import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/**
 * The points of a map, however they were made (`pca`, `tsne`, `umap`): x0, y0, x1, y1 and so on in one array, or an array
 * of [x, y].
 */
export type MapPoints = Float32Array | Float64Array | readonly ArrayLike<number>[];

/** A map of a set of examples: a point in the plane for each. */
export interface EmbeddingMap {
  /** What the map shows, e.g. `before training`. */
  readonly name: string;
  /** One point an example. Both axes have one unit, and y points up. */
  readonly points: MapPoints;
  /** A remark beside the name, e.g. `PCA, 17.6 % of the variance`. Default: none. */
  readonly note?: string;
}

/** @throws MetricLearningError if a map has no name. */
export function checkMapNames(where: string, maps: readonly EmbeddingMap[]): void {
  maps.forEach((map, i) => {
    if (typeof map?.name === 'string') return;
    throw new MetricLearningError({
      where,
      expected: `map ${i} to be a record, { name, points }, with a name that is a string`,
      got: show(map),
    });
  });
}

/**
 * The points as x0, y0, x1, y1 and so on; `count` is how many there must be.
 *
 * @throws MetricLearningError if there are no points or not `count`, or a coordinate is not finite.
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
        count === undefined
          ? `${name} to hold at least one point`
          : `${name} to hold one point for each label (${count})`,
      got: `${flat.length / 2} points`,
    });
  }
  const wrong = flat.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new MetricLearningError({
      where,
      expected: `${name} to hold finite numbers`,
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
      expected: `${name} to be a Float32Array of x0, y0, x1, y1 and so on, or an array of [x, y]`,
      got: show(points),
    });
  }
  const flat = new Float32Array(2 * points.length);
  points.forEach((point: ArrayLike<number>, i) => {
    if (point?.length !== 2) {
      throw new MetricLearningError({
        where,
        expected: `each of ${name} to have two coordinates`,
        got: `${show(point)} at index ${i}`,
      });
    }
    flat.set([point[0]!, point[1]!], 2 * i);
  });
  return flat;
}
