import { tensor, tidy } from '@tensorflow/tfjs-core';
import { layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import type { EmbeddingRows } from '../data/embeddings.ts';
import { type Covariance, covarianceOf } from '../projection/internal/covariance.ts';

/** The network `x -> (x - mean) * matrix` for a matrix [features, dims], row-major. */
export function linearNetwork(mean: Float64Array, matrix: Float64Array, dims: number): Sequential {
  const features = mean.length;
  const bias = new Float32Array(dims);
  for (let d = 0; d < dims; d++) {
    let sum = 0;
    for (let f = 0; f < features; f++) sum += mean[f]! * matrix[f * dims + d]!;
    bias[d] = -sum;
  }
  const network = sequential({ layers: [layers.dense({ units: dims, inputShape: [features] })] });
  tidy(() => {
    network.setWeights([tensor(Float32Array.from(matrix), [features, dims]), tensor(bias, [dims])]);
  });
  return network;
}

/** The covariance of rows, [features, features], and their mean. */
export function covarianceMatrix(
  rows: EmbeddingRows,
): Pick<Covariance, 'mean'> & { matrix: Float64Array } {
  const covariance = covarianceOf(rows);
  const features = rows.shape[1];
  const identity = new Float64Array(features * features);
  for (let f = 0; f < features; f++) identity[f * features + f] = 1;
  return { mean: covariance.mean, matrix: covariance.times(identity, features) };
}

/** The first `dims` columns of a matrix [features, features], each multiplied by its scale. */
export function scaledColumns(
  matrix: Float64Array,
  features: number,
  dims: number,
  scaleOf: (column: number) => number,
): Float64Array {
  const scaled = new Float64Array(features * dims);
  for (let d = 0; d < dims; d++) {
    const scale = scaleOf(d);
    for (let f = 0; f < features; f++) scaled[f * dims + d] = matrix[f * features + d]! * scale;
  }
  return scaled;
}

/** One over the deviation along each axis, where a share of the mean variance is added to each variance. */
export function inverseDeviations(
  variances: Float64Array,
  shrinkage: number,
): (axis: number) => number {
  const added = (shrinkage * variances.reduce((sum, v) => sum + v, 0)) / variances.length;
  return (axis) => {
    const variance = Math.max(0, variances[axis]!) + added;
    return variance > 0 ? 1 / Math.sqrt(variance) : 0;
  };
}
