import { checkSameDims, type EmbeddingRows } from '../base/embeddings.ts';
import { MetricLearningError } from '../base/errors.ts';
import {
  dotProduct,
  extended,
  moved,
  roundedMean,
  scaled,
  squaredDistance,
  squaredNorms,
} from './rows.ts';
import { checkSearchDistance, type SearchDistance } from './searchDistance.ts';

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
  /** @throws MetricLearningError if the queries are of another width, or too far away for float32. */
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

const ones = (count: number): Float64Array => new Float64Array(count).fill(1);

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
  const dims = reference.shape[1];
  const center = roundedMean(reference);
  const factor = toUnit(spread(reference, center));
  const rows = moved(reference, center, factor);
  const norms = squaredNorms(rows);
  const largest = maxOf(norms);
  return {
    rows: extended(rows, [ones(norms.length), norms]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const own = moved(query, center, -2 * factor);
      const ownNorms = squaredNorms(own).map((norm) => norm / 4);
      checkReach(where, maxOf(ownNorms));
      return {
        rows: extended(own, [ownNorms, ones(ownNorms.length)]),
        slack: ownNorms.map((norm) => strayOf(dims) * (norm + largest)),
        exact: (q, r) => squaredDistance(query.data, q, reference.data, r, dims),
      };
    },
    finish: root,
  };
}

/** 1 - cos. */
function cosineSpace(where: string, reference: EmbeddingRows): SearchSpace {
  const [count, dims] = reference.shape;
  const y = inverseNorms(reference);
  return {
    rows: extended(scaled(reference, y), [ones(count)]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const x = inverseNorms(query);
      const own = scaled(
        query,
        x.map((factor) => -factor),
      );
      return {
        rows: extended(own, [ones(x.length)]),
        slack: new Float64Array(x.length).fill(strayOf(dims)),
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

/** A power of two not below |x| |y|, minus x.y: powers of two, so that integers stay integers. */
function dotSpace(where: string, reference: EmbeddingRows): SearchSpace {
  const [count, dims] = reference.shape;
  const origin = new Float64Array(dims);
  return {
    rows: extended(moved(reference, origin, toUnit(longest(reference))), [ones(count)]),
    prepare(query) {
      checkSameDims(where, query, reference);
      const own = moved(query, origin, -toUnit(longest(query)));
      const norms = squaredNorms(own).map(Math.sqrt);
      return {
        rows: extended(own, [norms.map((norm) => 1 / toUnit(norm))]),
        slack: norms.map((norm) => strayOf(dims) * norm),
        exact: (q, r) => 0 - dotProduct(query.data, q, reference.data, r, dims),
      };
    },
    finish: (distance) => distance,
  };
}

function longest(rows: EmbeddingRows): number {
  return Math.sqrt(maxOf(squaredNorms(rows)));
}

/** The distance of the farthest row from `center`. */
function spread({ data, shape: [count, dims] }: EmbeddingRows, center: Float64Array): number {
  let largest = 0;
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < dims; k++, at++) sum += ((data[at] as number) - (center[k] as number)) ** 2;
    largest = Math.max(largest, sum);
  }
  return Math.sqrt(largest);
}

/** The power of two that brings a length to between 1/2 and 1. */
function toUnit(length: number): number {
  return length > 0 ? 2 ** -Math.ceil(Math.log2(length)) : 1;
}

/** 1 / |row|, and 0 for a row of zeros. */
function inverseNorms(rows: EmbeddingRows): Float64Array {
  return squaredNorms(rows).map((norm) => (norm > 0 ? 1 / Math.sqrt(norm) : 0));
}

function maxOf(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}

/** Squares beyond this would overflow in float32. */
function checkReach(where: string, squaredLength: number): void {
  if (squaredLength > 2 ** 120) {
    throw new MetricLearningError({
      where,
      expected: 'query rows within 2^60 times the spread of the reference',
      got: `one 2^${Math.round(Math.log2(squaredLength) / 2)} times as far`,
    });
  }
}
