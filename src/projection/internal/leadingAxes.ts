import type { Random } from '../../random/createRandom.ts';
import { type Covariance, matrixTimes } from './covariance.ts';
import { symmetricEigen } from './symmetricEigen.ts';

const extra = 8; // directions searched beyond those wanted: each round gains more digits
const maxRounds = 300;

/** Directions of most variance as unit rows [dims, features], and the variance along each, descending. */
export interface Axes {
  readonly components: Float64Array;
  readonly variances: Float64Array;
}

/**
 * The eigenvectors of the covariance with the largest eigenvalues, by subspace iteration with Rayleigh-Ritz. Each
 * is turned so that its entry of largest size is positive; where no variance is left they are 0. It ends when the
 * variances move by less than `tolerance` of the largest.
 *
 * @see Halko, Martinsson, Tropp: Finding structure with randomness, 2011. https://arxiv.org/abs/0909.4061
 */
export function leadingAxes(
  covariance: Covariance,
  dims: number,
  random: Random,
  tolerance = 1e-9,
): Axes {
  const features = covariance.mean.length;
  const width = Math.min(features, dims + extra);
  let basis: Float64Array = Float64Array.from(
    { length: features * width },
    () => random.next() - 0.5,
  );
  let variances: Float64Array = new Float64Array(width);
  orthonormalize(basis, width);
  for (let round = 0; round < maxRounds; round++) {
    const image = covariance.times(basis, width);
    const small = matrixTimes(transposed(basis, width), image, features, width);
    const { values, vectors } = symmetricEigen(small, width);
    const largest = values[0]!;
    const settled = variances
      .subarray(0, dims)
      .every((previous, i) => Math.abs(values[i]! - previous) <= tolerance * largest);
    variances = values;
    basis = matrixTimes(settled ? basis : image, vectors, width, width);
    if (settled) break;
    orthonormalize(basis, width);
  }
  const components = transposed(basis, width).subarray(0, dims * features);
  for (let d = 0; d < dims; d++) {
    const isFlat = variances[d]! <= 1e-12 * variances[0]!;
    orient(components.subarray(d * features, (d + 1) * features), isFlat);
    if (isFlat) variances[d] = 0;
  }
  return { components, variances: variances.subarray(0, dims) };
}

function orient(axis: Float64Array, isFlat: boolean): void {
  const largest = axis.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  const sign = isFlat ? 0 : largest < 0 ? -1 : 1;
  for (let f = 0; f < axis.length; f++) axis[f] = axis[f]! * sign + 0;
}

/**
 * Gram-Schmidt on the columns, each twice over and scaled in between: what is left of a column that lay among those
 * before it is rounding, and must be made orthogonal too. Where the second time leaves only rounding again, the column
 * lies among those before it for good, and becomes 0. Columns of zeros stay.
 */
function orthonormalize(matrix: Float64Array, width: number): void {
  for (let j = 0; j < width; j++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) {
        let dot = 0;
        for (let r = 0; r < matrix.length; r += width) dot += matrix[r + i]! * matrix[r + j]!;
        for (let r = 0; r < matrix.length; r += width) matrix[r + j]! -= dot * matrix[r + i]!;
      }
      let square = 0;
      for (let r = j; r < matrix.length; r += width) square += matrix[r]! ** 2;
      const scale = square > (pass === 0 ? 0 : 1e-20) ? 1 / Math.sqrt(square) : 0;
      for (let r = j; r < matrix.length; r += width) matrix[r]! *= scale;
    }
  }
}

function transposed(matrix: Float64Array, width: number): Float64Array {
  const rows = matrix.length / width;
  return Float64Array.from(matrix, (_, i) => matrix[(i % rows) * width + Math.floor(i / rows)]!);
}
