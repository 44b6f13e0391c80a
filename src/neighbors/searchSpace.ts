import { checkSameDims, type EmbeddingRows } from '../base/embeddings.ts';
import { checkSearchDistance, type SearchDistance } from './searchDistance.ts';

/**
 * Queries and references made ready for a search by matrix products, which are fast but of float32:
 * `distance(q, r)` is about `offset[q] + bias[r] - scale * (query q . reference r)`, and within `slack[q]` of `exact`.
 *
 * The rows are scaled by a power of two, so that no product overflows: distances rank in a unit of the space's own,
 * and `finish` turns one into the distance that was asked for.
 */
export interface SearchSpace {
  readonly query: EmbeddingRows;
  readonly reference: EmbeddingRows;
  readonly scale: number;
  readonly offset: Float64Array;
  readonly bias: Float64Array;
  readonly slack: Float64Array;
  /** No distance is below. */
  readonly least: number;
  /** The distance in float64, from the rows as they were given. */
  exact(q: number, r: number): number;
  finish(distance: number): number;
}

const unitRoundoff = 2 ** -24;

/**
 * How far a float32 dot product of unit vectors strays: sqrt(dims) rather than dims, since roundings
 * cancel; 4 standard deviations. Higham, Mary: A new approach to probabilistic rounding error analysis, SISC 2019.
 */
const strayOf = (dims: number): number => (4 * Math.sqrt(dims) + 4) * unitRoundoff;

/** @throws MetricLearningError if the distance is unknown or the widths differ. */
export function createSearchSpace(
  where: string,
  query: EmbeddingRows,
  reference: EmbeddingRows,
  distance: SearchDistance,
): SearchSpace {
  checkSearchDistance(where, distance);
  checkSameDims(where, query, reference);
  if (distance === 'cosine') return cosineSpace(query, reference);
  if (distance === 'dot') return dotSpace(query, reference);
  return euclideanSpace(query, reference, distance === 'euclidean' ? Math.sqrt : (d) => d);
}

/** |x|^2 + |y|^2 - 2 x.y loses its digits when the embeddings lie far from the origin: their mean goes there. */
function euclideanSpace(
  query: EmbeddingRows,
  reference: EmbeddingRows,
  root: (distance: number) => number,
): SearchSpace {
  const dims = query.shape[1];
  const center = roundedMean(reference);
  const factor = toUnit(largestDistance(query, center), largestDistance(reference, center));
  const moved = ({ data, shape }: EmbeddingRows): EmbeddingRows => ({
    data: data.map((value, i) => (value - (center[i % dims] as number)) * factor),
    shape,
  });
  const references = moved(reference);
  const queries = query === reference ? references : moved(query);
  const bias = squaredNorms(references);
  const offset = queries === references ? bias : squaredNorms(queries);
  const largest = maxOf(bias);
  return {
    query: queries,
    reference: references,
    scale: 2,
    offset,
    bias,
    slack: offset.map((norm) => strayOf(dims) * (norm + largest)),
    least: 0,
    exact: (q, r) => squaredDistance(query.data, q, reference.data, r, dims) * factor ** 2,
    finish: (distance) => root(distance / factor ** 2),
  };
}

function cosineSpace(query: EmbeddingRows, reference: EmbeddingRows): SearchSpace {
  const dims = query.shape[1];
  const [x, y] = [inverseNorms(query), inverseNorms(reference)];
  return {
    query: scaled(query, x),
    reference: scaled(reference, y),
    scale: 1,
    offset: new Float64Array(query.shape[0]).fill(1),
    bias: new Float64Array(reference.shape[0]),
    slack: new Float64Array(query.shape[0]).fill(strayOf(dims)),
    least: 0,
    exact(q, r) {
      const [a, b] = [x[q] as number, y[r] as number];
      if (a === 0 || b === 0) return 1;
      // Half the squared distance of the unit vectors: 1 - cos without its cancellation, and 0 for duplicates.
      return squaredDistance(query.data, q, reference.data, r, dims, a, b) / 2;
    },
    finish: (distance) => distance,
  };
}

function dotSpace(query: EmbeddingRows, reference: EmbeddingRows): SearchSpace {
  const dims = query.shape[1];
  const [x, y] = [query, reference].map((rows) => toUnit(Math.sqrt(maxOf(squaredNorms(rows)))));
  const [a, b] = [x as number, y as number];
  const queries = scaled(query, new Float64Array(query.shape[0]).fill(a));
  const references = scaled(reference, new Float64Array(reference.shape[0]).fill(b));
  return {
    query: queries,
    reference: references,
    scale: 1,
    offset: new Float64Array(query.shape[0]),
    bias: new Float64Array(reference.shape[0]),
    slack: squaredNorms(queries).map((norm) => strayOf(dims) * Math.sqrt(norm)),
    least: -Infinity,
    exact: (q, r) => 0 - dotProduct(query.data, q, reference.data, r, dims) * a * b,
    finish: (distance) => distance / (a * b),
  };
}

function squaredDistance(
  x: Float32Array,
  i: number,
  y: Float32Array,
  j: number,
  dims: number,
  scaleX = 1,
  scaleY = 1,
): number {
  let sum = 0;
  for (let k = 0, a = i * dims, b = j * dims; k < dims; k++) {
    const difference = (x[a + k] as number) * scaleX - (y[b + k] as number) * scaleY;
    sum += difference * difference;
  }
  return sum;
}

function dotProduct(x: Float32Array, i: number, y: Float32Array, j: number, dims: number): number {
  let sum = 0;
  for (let k = 0, a = i * dims, b = j * dims; k < dims; k++) {
    sum += (x[a + k] as number) * (y[b + k] as number);
  }
  return sum;
}

function squaredNorms({ data, shape: [count, dims] }: EmbeddingRows): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => dotProduct(data, i, data, i, dims));
}

/** 1 / |row|, and 0 for a row of zeros. */
function inverseNorms(rows: EmbeddingRows): Float64Array {
  return squaredNorms(rows).map((norm) => (norm > 0 ? 1 / Math.sqrt(norm) : 0));
}

function scaled({ data, shape }: EmbeddingRows, factor: Float64Array): EmbeddingRows {
  return {
    data: data.map((value, i) => value * (factor[Math.floor(i / shape[1])] as number)),
    shape,
  };
}

/** The mean row, rounded to 1/256 of each column's range, so that few subtractions of it are rounded. */
function roundedMean({ data, shape: [count, dims] }: EmbeddingRows): Float64Array {
  const mean = new Float64Array(dims);
  const largest = new Float64Array(dims);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    const k = i % dims;
    mean[k] = (mean[k] as number) + value / count;
    largest[k] = Math.max(largest[k] as number, Math.abs(value));
  }
  return mean.map((value, k) => {
    const range = largest[k] as number;
    if (range === 0) return 0;
    const step = 2 ** (Math.ceil(Math.log2(range)) - 8);
    return Math.round(value / step) * step;
  });
}

/** The distance of the farthest row from `center`. */
function largestDistance(
  { data, shape: [count, dims] }: EmbeddingRows,
  center: Float64Array,
): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < dims; k++) {
      sum += ((data[i * dims + k] as number) - (center[k] as number)) ** 2;
    }
    largest = Math.max(largest, sum);
  }
  return Math.sqrt(largest);
}

/** The power of two that brings the largest of the lengths to between 1/2 and 1. */
function toUnit(...lengths: number[]): number {
  const largest = Math.max(...lengths);
  return largest > 0 ? 2 ** -Math.ceil(Math.log2(largest)) : 1;
}

function maxOf(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}
