import { checkSameDims, type EmbeddingRows } from '../../data/embeddings.ts';
import { squaredDistance } from '../../internal/squaredDistance.ts';
import { checkSearchDistance, type SearchDistance } from '../searchDistance.ts';
import { dotProduct, extended, moved, roundedMean, squaredNorms } from './rows.ts';

/**
 * References made ready for a search by matrix products, which are fast but of float32: the distance of query q to
 * reference r is about the dot product of row q of the query's space with row r of this one. For squares,
 * [-2x, |x|^2, 1] . [y, 1, |y|^2] = |x - y|^2.
 *
 * The rows are scaled by powers of two, so that no product overflows, and what is called distance here need only rank
 * the references of one query as the distance that was asked for does. It is not negative, but for its rounding.
 */
export interface SearchSpace {
  readonly rows: EmbeddingRows;
  /** @throws MetricLearningError if the queries are of another width. */
  prepare(query: EmbeddingRows): QuerySpace;
  /** The distance that was asked for, from an exact one. */
  finish(exact: number): number;
}

/** The same for queries. */
export interface QuerySpace {
  readonly rows: EmbeddingRows;
  /** How far the distance by products may be from the true one. */
  readonly slack: Float64Array;
  /** The distance in float64, from the rows and in the unit as they were given. */
  exact(q: number, r: number): number;
}

/**
 * How far a float32 dot product of unit vectors strays: 4 standard deviations of a sum of `dims` roundings, each of
 * a partial sum (Higham, Mary: A new approach to probabilistic rounding error analysis, SISC 2019), and a few more.
 */
const strayOf = (dims: number): number => ((4 / 3) * Math.sqrt(dims) + 6) * 2 ** -24;

const filled = (count: number, value: number): Float64Array => new Float64Array(count).fill(value);

/** @throws MetricLearningError if the distance is none of those there are. */
export function createSearchSpace(
  where: string,
  reference: EmbeddingRows,
  distance: SearchDistance,
): SearchSpace {
  checkSearchDistance(where, distance);
  if (distance === 'cosine') return cosineSpace(where, reference);
  if (distance === 'dot') return dotSpace(where, reference);
  return euclideanSpace(where, reference, distance === 'euclidean' ? Math.sqrt : (d) => d);
}

/** |x|^2 + |y|^2 - 2 x.y loses its digits when the embeddings lie far from the origin: their mean goes there. */
function euclideanSpace(
  where: string,
  reference: EmbeddingRows,
  root: (distance: number) => number,
): SearchSpace {
  const [count, dims] = reference.shape;
  const center = roundedMean(reference);
  const factor = toUnit(Math.sqrt(maxOf(squaredNorms(reference, center))));
  const rows = moved(reference, center, filled(count, factor));
  const norms = squaredNorms(rows);
  const largest = maxOf(norms);
  return {
    rows: extended(rows, [filled(count, 1), norms]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const scales = squaredNorms(query, center).map((norm) => rowScale(norm * factor ** 2));
      const own = moved(
        query,
        center,
        scales.map((scale) => -2 * factor * scale),
      );
      const ownNorms = squaredNorms(own).map((norm, q) => norm / 4 / (scales[q] as number));
      return {
        rows: extended(own, [ownNorms, scales]),
        slack: ownNorms.map((norm, q) => strayOf(dims) * (norm + largest * (scales[q] as number))),
        exact: (q, r) => squaredDistance(query.data, q, reference.data, r, dims),
      };
    },
    finish: root,
  };
}

/** 1 - cos. */
function cosineSpace(where: string, reference: EmbeddingRows): SearchSpace {
  const [count, dims] = reference.shape;
  const origin = new Float64Array(dims);
  const y = inverseNorms(reference);
  return {
    rows: extended(moved(reference, origin, y), [filled(count, 1)]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const x = inverseNorms(query);
      const own = moved(
        query,
        origin,
        x.map((factor) => -factor),
      );
      return {
        rows: extended(own, [filled(x.length, 1)]),
        slack: filled(x.length, strayOf(dims)),
        exact(q, r) {
          const [a, b] = [x[q] as number, y[r] as number];
          if (a === 0 || b === 0) return 1;
          // Half the squared distance of the unit vectors: 1 - cos without its cancellation, and 0 for duplicates.
          return squaredDistance(query.data, q, reference.data, r, dims, a, b) / 2;
        },
      };
    },
    finish: (distance) => distance,
  };
}

/** 1 - x.y of rows brought to a length of 1 or less by powers of two, so that integers stay integers. */
function dotSpace(where: string, reference: EmbeddingRows): SearchSpace {
  const [count, dims] = reference.shape;
  const origin = new Float64Array(dims);
  const longest = Math.sqrt(maxOf(squaredNorms(reference)));
  return {
    rows: extended(moved(reference, origin, filled(count, toUnit(longest))), [filled(count, 1)]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const own = moved(
        query,
        origin,
        squaredNorms(query).map((norm) => -toUnit(Math.sqrt(norm))),
      );
      const total = query.shape[0];
      return {
        rows: extended(own, [filled(total, 1)]),
        slack: filled(total, strayOf(dims)),
        exact: (q, r) => 0 - dotProduct(query.data, q, reference.data, r, dims),
      };
    },
    finish: (distance) => distance,
  };
}

/** The power of two that brings a length to between 1/2 and 1. */
function toUnit(length: number): number {
  return length > 0 ? 2 ** -Math.ceil(Math.log2(length)) : 1;
}

/** 1, or for a query so far away that float32 might overflow, the power of two that brings its square to about 1. */
function rowScale(squaredLength: number): number {
  return squaredLength < 2 ** 60 ? 1 : toUnit(squaredLength);
}

/** 1 / |row|, and 0 for a row of zeros. */
function inverseNorms(rows: EmbeddingRows): Float64Array {
  return squaredNorms(rows).map((norm) => (norm > 0 ? 1 / Math.sqrt(norm) : 0));
}

function maxOf(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}
