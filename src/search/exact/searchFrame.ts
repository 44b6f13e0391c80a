import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { SearchMetric } from '../../distances/distance.ts';
import { lengthsOf, type RowLength } from './exactDistance.ts';
import { extended, moved, roundedMean, type ScaledRows, squaredNorms } from './rows.ts';

/** References as a frame has them. */
export interface FramedRows {
  /** The rows whose products with the rows of queries are the orders: see `SearchSpace`. */
  readonly rows: EmbeddingRows;
  /** The squared length of each row in the frame; empty where no row can be longer than 1. */
  readonly norms: Float64Array;
  readonly lengths: readonly RowLength[];
}

/** Queries as a frame has them. */
export interface FramedQueries {
  readonly rows: EmbeddingRows;
  /** How far the order by products may be from the exact one, a number a query. */
  readonly slack: Float64Array;
  readonly lengths: readonly RowLength[];
}

/**
 * The origin and the scale that references and queries are brought to, so that float32 products keep their digits. Rows
 * that come later fit too: rows that lie far from the others when the frame was made only make searches slower.
 */
export interface SearchFrame {
  place(reference: EmbeddingRows): FramedRows;
  /** `largest` is the largest of the `norms` of the references. */
  prepare(query: EmbeddingRows, largest: number): FramedQueries;
}

/**
 * How far a float32 dot product of unit vectors strays: 4 standard deviations of a sum of `dims` roundings, each of
 * a partial sum (Higham, Mary: A new approach to probabilistic rounding error analysis, SISC 2019), and a few more.
 */
export const strayOf = (dims: number): number => ((4 / 3) * Math.sqrt(dims) + 6) * 2 ** -24;

const filled = (count: number, value: number): Float64Array => new Float64Array(count).fill(value);

/** The frame for references that come in parts. */
export function createSearchFrame(
  parts: readonly EmbeddingRows[],
  metric: SearchMetric,
): SearchFrame {
  const squares = metric.metric === 'euclidean' || metric.metric === 'squaredEuclidean';
  return squares ? euclideanFrame(parts, metric) : productFrame(parts, metric);
}

/** |x|^2 + |y|^2 - 2 x.y loses its digits when the embeddings lie far from the origin: their mean goes there. */
function euclideanFrame(parts: readonly EmbeddingRows[], metric: SearchMetric): SearchFrame {
  const scaledParts = parts.map((part) => scaledBy(part, lengthsOf(part, metric), metric));
  const center = roundedMean(scaledParts);
  const longest = scaledParts.map((part) => maxOf(squaredNorms(part, center)));
  const factor = toUnit(Math.sqrt(Math.max(0, ...longest)));
  return {
    place(reference) {
      const count = reference.shape[0];
      const lengths = lengthsOf(reference, metric);
      const rows = moved(scaledBy(reference, lengths, metric), center, filled(count, factor));
      const norms = squaredNorms(rows);
      return { rows: extended(rows, [filled(count, 1), norms]), norms, lengths };
    },
    prepare(query, largest) {
      const lengths = lengthsOf(query, metric);
      const scaled = scaledBy(query, lengths, metric);
      const scales = squaredNorms(scaled, center).map((norm) => rowScale(norm * factor ** 2));
      const moving = scales.map((scale) => -2 * factor * scale);
      const rows = moved(scaled, center, moving);
      const norms = squaredNorms(rows).map((norm, q) => norm / 4 / scales[q]!);
      const stray = strayOf(query.shape[1]);
      return {
        rows: extended(rows, [norms, scales]),
        slack: norms.map((norm, q) => stray * (norm + largest * scales[q]!)),
        lengths,
      };
    },
  };
}

/**
 * 1 - x.y: of unit vectors, or of rows that powers of two bring to a length of 1 or less, so that integers stay
 * integers.
 */
function productFrame(parts: readonly EmbeddingRows[], metric: SearchMetric): SearchFrame {
  const longest = metric.normalize ? [] : parts.map((part) => maxOf(squaredNorms(part)));
  const factor = toUnit(Math.sqrt(Math.max(0, ...longest)));
  const moveBy = (rows: EmbeddingRows, scales: Float64Array): EmbeddingRows =>
    moved(rows, new Float64Array(rows.shape[1]), scales);
  return {
    place(reference) {
      const count = reference.shape[0];
      const lengths = lengthsOf(reference, metric);
      const scales = metric.normalize ? factorsOf(lengths) : filled(count, factor);
      const rows = moveBy(reference, scales);
      const norms = metric.normalize ? new Float64Array(0) : squaredNorms(rows);
      return { rows: extended(rows, [filled(count, 1)]), norms, lengths };
    },
    prepare(query, largest) {
      const count = query.shape[0];
      const lengths = lengthsOf(query, metric);
      const scales = metric.normalize
        ? factorsOf(lengths)
        : squaredNorms(query).map((norm) => toUnit(Math.sqrt(norm)));
      const negative = moveBy(
        query,
        scales.map((scale) => -scale),
      );
      return {
        rows: extended(negative, [filled(count, 1)]),
        slack: filled(count, strayOf(query.shape[1]) * Math.max(1, Math.sqrt(largest))),
        lengths,
      };
    },
  };
}

function factorsOf(lengths: readonly RowLength[]): Float64Array {
  return Float64Array.from(lengths, ({ factor }) => factor);
}

function scaledBy(
  rows: EmbeddingRows,
  lengths: readonly RowLength[],
  { normalize }: SearchMetric,
): ScaledRows {
  return normalize ? { ...rows, factors: factorsOf(lengths) } : rows;
}

/** The power of two that brings a length to between 1/2 and 1. */
export function toUnit(length: number): number {
  return length > 0 ? 2 ** -Math.ceil(Math.log2(length)) : 1;
}

/** 1, or for a query so far away that float32 might overflow, the power of two that brings its square to about 1. */
function rowScale(squaredLength: number): number {
  return squaredLength < 2 ** 60 ? 1 : toUnit(squaredLength);
}

/** The largest of values that are not negative; 0 of none. */
export function maxOf(values: Float64Array): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}
