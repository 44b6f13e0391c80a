import type { EmbeddingRows } from '../../data/embeddings.ts';

/** The covariance of data as what it does to a matrix [features, width], row-major. */
export interface Covariance {
  readonly mean: Float64Array;
  /** Sum of the variances of all features. */
  readonly variance: number;
  times(matrix: Float64Array, width: number): Float64Array;
}

const mostFormed = 1024; // features up to which [features, features] is cheaper than passes over the data

/** The covariance of the rows: formed where it is small, else applied by a pass over the rows each time. */
export function covarianceOf(rows: EmbeddingRows): Covariance {
  const found = moments(rows);
  const { mean, variance } = found;
  if (rows.shape[1] > mostFormed) {
    return { mean, variance, times: (matrix, width) => passTimes(rows, mean, matrix, width) };
  }
  const formed = form(rows, found);
  return {
    mean,
    variance,
    times: (matrix, width) => matrixTimes(formed, matrix, rows.shape[1], width),
  };
}

/** a [.., inner] * b [inner, width], row-major. */
export function matrixTimes(
  a: Float64Array,
  b: Float64Array,
  inner: number,
  width: number,
): Float64Array {
  const rows = a.length / inner;
  const product = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) addTimes(product, r * width, a, r * inner, b, inner, width);
  return product;
}

/** What one pass over rows tells of them. */
export interface Moments {
  /** The mean of each feature. */
  readonly mean: Float64Array;
  /** Sum of the variances of all features. */
  readonly variance: number;
  /** How many rows are 0 in each feature. */
  readonly zeros: Float64Array;
}

/** Mean and variance of rows, without their covariance. */
export function moments({ data, shape: [count, features] }: EmbeddingRows): Moments {
  const mean = new Float64Array(features);
  const zeros = new Float64Array(features);
  for (let at = 0; at < data.length; ) {
    for (let f = 0; f < features; f++) {
      const x = data[at++]!;
      mean[f]! += x;
      if (x === 0) zeros[f]! += 1;
    }
  }
  for (let f = 0; f < features; f++) mean[f]! /= count;
  let [variance, size] = [0, 0];
  for (let at = 0; at < data.length; ) {
    for (let f = 0; f < features; f++) variance += (data[at++]! - mean[f]!) ** 2;
  }
  for (const m of mean) size += m * m;
  variance /= count;
  // What is left of constant data is rounding.
  return { mean, zeros, variance: variance > 1e-24 * size ? variance : 0 };
}

/**
 * Upper triangle from four rows at a time. Where most rows are 0, as in drawings, the products are taken about 0
 * instead of the mean and so can be skipped; the covariance is the same about any centre.
 */
function form(
  { data, shape: [count, features] }: EmbeddingRows,
  { mean, zeros }: Moments,
): Float64Array {
  const center = mean.map((m, f) => (2 * zeros[f]! > count ? 0 : m));
  const matrix = new Float64Array(features * features);
  const [p, q, r, s] = Array.from({ length: 4 }, () => new Float64Array(features)) as Four;
  for (let row = 0; row < count; row += 4) {
    [p, q, r, s].forEach((lane, k) => {
      for (let f = 0; f < features; f++) {
        lane[f] = row + k < count ? data[(row + k) * features + f]! - center[f]! : 0;
      }
    });
    for (let f = 0; f < features; f++) {
      const [pf, qf, rf, sf] = [p[f]!, q[f]!, r[f]!, s[f]!];
      if (pf === 0 && qf === 0 && rf === 0 && sf === 0) continue;
      const start = f * features;
      for (let g = f; g < features; g++) {
        matrix[start + g]! += pf * p[g]! + qf * q[g]! + rf * r[g]! + sf * s[g]!;
      }
    }
  }
  const offset = mean.map((m, f) => m - center[f]!);
  for (let f = 0; f < features; f++) {
    for (let g = f; g < features; g++) {
      const at = f * features + g;
      matrix[g * features + f] = matrix[at] = matrix[at]! / count - offset[f]! * offset[g]!;
    }
  }
  return matrix;
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

function passTimes(
  { data, shape: [count, features] }: EmbeddingRows,
  mean: Float64Array,
  matrix: Float64Array,
  width: number,
): Float64Array {
  const image = new Float64Array(features * width);
  const along = new Float64Array(width);
  const centered = new Float64Array(features);
  for (let row = 0; row < count; row++) {
    for (let f = 0; f < features; f++) centered[f] = data[row * features + f]! - mean[f]!;
    along.fill(0);
    addTimes(along, 0, centered, 0, matrix, features, width);
    for (let f = 0, at = 0; f < features; f++) {
      const x = centered[f]! / count;
      for (let j = 0; j < width; j++) image[at++]! += x * along[j]!;
    }
  }
  return image;
}

/** sum[to ..] += row[from ..] * matrix */
function addTimes(
  sum: Float64Array,
  to: number,
  row: Float64Array,
  from: number,
  matrix: Float64Array,
  inner: number,
  width: number,
): void {
  for (let k = 0; k < inner; k++) {
    const x = row[from + k]!;
    if (x === 0) continue;
    for (let j = 0, at = k * width; j < width; j++, at++) sum[to + j]! += x * matrix[at]!;
  }
}
