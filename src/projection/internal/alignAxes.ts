import { symmetricEigen } from './symmetricEigen.ts';

/** A projection: its points [count, dims], and its axes [dims, features]. */
interface Projection {
  readonly points: Float32Array;
  readonly components: Float64Array;
}

/**
 * The turn of axes that brings one projection as near to another as can be, [dims, dims] with a column for each new axis:
 * by their points where they have equally many, else by their components.
 *
 * @see Schönemann: A generalized solution of the orthogonal Procrustes problem, Psychometrika 1966.
 */
export function alignAxes(own: Projection, like: Projection, dims: number): Float64Array {
  const byPoints = own.points.length === like.points.length;
  // How each own axis (row) goes with each of the other's axes (column).
  const cross = new Float64Array(dims * dims);
  const [mine, others] = byPoints ? [own.points, like.points] : [own.components, like.components];
  const length = mine.length / dims;
  for (let i = 0; i < dims; i++) {
    for (let j = 0; j < dims; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) {
        const [a, b] = byPoints
          ? [mine[k * dims + i]!, others[k * dims + j]!]
          : [mine[i * length + k]!, others[j * length + k]!];
        sum += a * b;
      }
      cross[i * dims + j] = sum;
    }
  }
  return nearestTurn(cross, dims);
}

/** The orthogonal matrix nearest to a square one: M (MᵀM)^(-1/2). A direction that M does not tell is filled in. */
function nearestTurn(matrix: Float64Array, size: number): Float64Array {
  const at = (m: Float64Array, i: number, j: number): number => m[i * size + j]!;
  const square = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) square[i * size + j]! += at(matrix, k, i) * at(matrix, k, j);
    }
  }
  const { values, vectors } = symmetricEigen(square, size);
  const tiny = 1e-12 * values[0]!;
  const left: Float64Array[] = [];
  for (let j = 0; j < size; j++) {
    const column = new Float64Array(size);
    if (values[j]! > tiny) {
      for (let i = 0; i < size; i++) {
        for (let k = 0; k < size; k++) column[i]! += at(matrix, i, k) * at(vectors, k, j);
      }
    }
    left.push(unitApartFrom(column, left, size));
  }
  const turn = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) turn[i * size + j]! += left[k]![i]! * at(vectors, j, k);
    }
  }
  return turn;
}

/** A direction at right angles to others; any such one, where none is given. */
function unitApartFrom(
  given: Float64Array,
  others: readonly Float64Array[],
  size: number,
): Float64Array {
  const candidates = [
    given,
    ...Array.from({ length: size }, (_, axis) => {
      const unit = new Float64Array(size);
      unit[axis] = 1;
      return unit;
    }),
  ];
  for (const candidate of candidates) {
    const own = Math.hypot(...candidate);
    if (own === 0) continue;
    const rest = candidate.map((value) => value / own);
    for (const other of others) {
      const along = other.reduce((sum, value, i) => sum + value * rest[i]!, 0);
      for (let i = 0; i < size; i++) rest[i]! -= along * other[i]!;
    }
    const length = Math.hypot(...rest);
    if (length > 1e-3) return rest.map((value) => value / length);
  }
  return given;
}
