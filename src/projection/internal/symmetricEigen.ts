/** Eigenvalues in descending order, and their unit eigenvectors as the columns of `vectors`. */
export interface Eigen {
  readonly values: Float64Array;
  /** [size, size], row-major. */
  readonly vectors: Float64Array;
}

const maxSweeps = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [size, size], row-major, by cyclic Jacobi rotations: exact to
 * rounding, meant for sizes up to about 50.
 *
 * @see Golub, Van Loan: Matrix Computations, section 8.5.
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;

  for (let sweep = 0; sweep < maxSweeps && !isDiagonal(a, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q);
    }
  }

  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => a[j * size + j]! - a[i * size + i]!,
  );
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    for (let row = 0; row < size; row++) {
      vectors[row * size + to] = v[row * size + from]!;
    }
  });
  return { values: Float64Array.from(order, (i) => a[i * size + i]!), vectors };
}

function isDiagonal(a: Float64Array, size: number): boolean {
  let [off, on] = [0, 0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const square = a[i * size + j]! ** 2;
      if (i === j) on += square;
      else off += square;
    }
  }
  return off <= on * 1e-30;
}

/** Turns rows and columns p and q so that a[p, q] becomes 0. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q]!;
  if (apq === 0) return;
  const tau = (a[q * size + q]! - a[p * size + p]!) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const cos = 1 / Math.sqrt(1 + t * t);
  const sin = t * cos;
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, cos, sin);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, cos, sin);
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q, cos, sin);
}

function turn(m: Float64Array, i: number, j: number, cos: number, sin: number): void {
  const [x, y] = [m[i]!, m[j]!];
  m[i] = cos * x - sin * y;
  m[j] = sin * x + cos * y;
}
