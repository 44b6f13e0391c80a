/** Eigenvalues in descending order, and their unit eigenvectors as the columns of `vectors`. */
export interface Eigen {
  readonly values: Float64Array;
  /** [size, size], row-major. */
  readonly vectors: Float64Array;
}

/** Iterations for one eigenvalue; two or three are usual. */
const mostIterations = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [size, size], row-major, exact to rounding: Householder reflections
 * make it tridiagonal, implicit QR steps with Wilkinson's shift make that diagonal. Time grows with size^3: 384 take
 * about half a second.
 *
 * @see Golub, Van Loan: Matrix Computations, sections 8.3.1 and 8.3.5.
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const basis = new Float64Array(size * size); // its rows become the eigenvectors
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  const { diagonal, beside } = tridiagonal(Float64Array.from(matrix), basis, size);
  diagonalize(diagonal, beside, basis, size);

  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => diagonal[j]! - diagonal[i]!,
  );
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    for (let row = 0; row < size; row++) vectors[row * size + to] = basis[from * size + row]!;
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry i is beside the diagonal in row i and column i + 1. */
  readonly beside: Float64Array;
}

/** Turns `a` into a tridiagonal matrix T, and the rows of `basis` with it: a = basis^T T basis. */
function tridiagonal(a: Float64Array, basis: Float64Array, size: number): Tridiagonal {
  const v = new Float64Array(size);
  const p = new Float64Array(size);
  for (let k = 0; k < size - 2; k++) {
    // The reflection I - 2 v v^T / |v|^2 clears column k below its first entry.
    let norm = 0;
    for (let i = k + 1; i < size; i++) norm = Math.hypot(norm, a[i * size + k]!);
    const first = a[(k + 1) * size + k]!;
    if (norm === 0 || norm === Math.abs(first)) continue;
    const alpha = first > 0 ? -norm : norm;
    let square = 0;
    for (let i = k + 1; i < size; i++) {
      v[i] = a[i * size + k]! - (i === k + 1 ? alpha : 0);
      square += v[i]! * v[i]!;
    }
    const scale = 2 / square;
    let along = 0;
    for (let i = k + 1; i < size; i++) {
      let sum = 0;
      for (let j = k + 1; j < size; j++) sum += a[i * size + j]! * v[j]!;
      p[i] = scale * sum;
      along += p[i]! * v[i]!;
    }
    const half = (scale * along) / 2;
    for (let i = k + 1; i < size; i++) p[i]! -= half * v[i]!;
    for (let i = k + 1; i < size; i++) {
      const [vi, pi] = [v[i]!, p[i]!];
      for (let j = k + 1; j < size; j++) a[i * size + j]! -= vi * p[j]! + pi * v[j]!;
      a[i * size + k] = a[k * size + i] = i === k + 1 ? alpha : 0;
    }
    reflectRows(basis, v, scale, k + 1, size);
  }
  return {
    diagonal: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!),
    beside: Float64Array.from({ length: size }, (_, i) =>
      i + 1 < size ? a[i * size + i + 1]! : 0,
    ),
  };
}

/** basis <- (I - scale v v^T) basis, for a v that is zero before `from`. */
function reflectRows(
  basis: Float64Array,
  v: Float64Array,
  scale: number,
  from: number,
  size: number,
): void {
  const sums = new Float64Array(size);
  for (let i = from; i < size; i++) {
    const vi = v[i]!;
    for (let j = 0, at = i * size; j < size; j++, at++) sums[j]! += vi * basis[at]!;
  }
  for (let i = from; i < size; i++) {
    const vi = scale * v[i]!;
    for (let j = 0, at = i * size; j < size; j++, at++) basis[at]! -= vi * sums[j]!;
  }
}

/** Turns a tridiagonal matrix into its eigenvalues, in `diagonal`, and the rows of `basis` into its eigenvectors. */
function diagonalize(
  diagonal: Float64Array,
  beside: Float64Array,
  basis: Float64Array,
  size: number,
): void {
  const isZero = (i: number): boolean =>
    Math.abs(beside[i]!) <=
    Number.EPSILON * (Math.abs(diagonal[i]!) + Math.abs(diagonal[i + 1]!)) + Number.MIN_VALUE;
  for (let end = size - 1, iterations = 0; end > 0; ) {
    if (isZero(end - 1) || iterations >= mostIterations) {
      beside[end - 1] = 0;
      end--;
      iterations = 0;
      continue;
    }
    iterations++;
    let start = end - 1;
    while (start > 0 && !isZero(start - 1)) start--;
    chase(diagonal, beside, basis, start, end, size);
  }
}

/** One implicit QR step on the rows from `start` to `end`. */
function chase(
  diagonal: Float64Array,
  beside: Float64Array,
  basis: Float64Array,
  start: number,
  end: number,
  size: number,
): void {
  const half = (diagonal[end - 1]! - diagonal[end]!) / 2;
  const last = beside[end - 1]!;
  const root = Math.hypot(half, last);
  const shift = diagonal[end]! - last * (last / (half + (half >= 0 ? root : -root)));
  let x = diagonal[start]! - shift;
  let z = beside[start]!;
  for (let k = start; k < end; k++) {
    const r = Math.hypot(x, z);
    const [cos, sin] = r === 0 ? [1, 0] : [x / r, z / r];
    if (k > start) beside[k - 1] = r;
    const [a, b, c] = [diagonal[k]!, beside[k]!, diagonal[k + 1]!];
    diagonal[k] = cos * cos * a + 2 * cos * sin * b + sin * sin * c;
    diagonal[k + 1] = sin * sin * a - 2 * cos * sin * b + cos * cos * c;
    beside[k] = (cos * cos - sin * sin) * b + cos * sin * (c - a);
    if (k + 1 < end) {
      x = beside[k]!;
      z = sin * beside[k + 1]!;
      beside[k + 1] = cos * beside[k + 1]!;
    }
    turnRows(basis, k * size, (k + 1) * size, cos, sin, size);
  }
}

function turnRows(
  m: Float64Array,
  first: number,
  second: number,
  cos: number,
  sin: number,
  width: number,
): void {
  for (let j = 0; j < width; j++) {
    const [x, y] = [m[first + j]!, m[second + j]!];
    m[first + j] = cos * x + sin * y;
    m[second + j] = cos * y - sin * x;
  }
}
