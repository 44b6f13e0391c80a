import {
  expandDims,
  mul,
  reshape,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { addTransposed } from './addTransposed.ts';
import { divideOrZero } from './divideOrZero.ts';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';
import { product } from './product.ts';
import { canReadNow, readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * Squared Euclidean distance of every row of x to every row of y, [m, n].
 *
 * The formula is |x|^2 + |y|^2 - 2xy, which is one matrix product. For two rows so near that this formula would lose
 * its digits, the distance is taken from the difference of the rows: equal rows have the distance 0 exactly, and near
 * rows keep the relative precision of float32.
 */
export function squaredDistances(x: Tensor2D, y: Tensor2D): Tensor2D {
  return withGradient<Tensor2D>(x === y ? [x] : [x, y], (save) => {
    save(x === y ? [x] : [x, y]);
    return {
      value: distances(x, y, false),
      gradient: (dy, [a, b]) => gradientsOf(mul(dy, 2), a as Tensor2D, b as Tensor2D | undefined),
    };
  });
}

/** Euclidean distance of every row of x to every row of y, [m, n]. The gradient between equal rows is 0. */
export function euclideanDistances(x: Tensor2D, y: Tensor2D): Tensor2D {
  return withGradient<Tensor2D>(x === y ? [x] : [x, y], (save) => {
    const value = distances(x, y, true);
    save(x === y ? [value, x] : [value, x, y]);
    return {
      value,
      gradient: (dy, [d, a, b]) =>
        gradientsOf(divideOrZero(dy, d as Tensor2D), a as Tensor2D, b as Tensor2D | undefined),
    };
  });
}

/** The gradients of a and b: `sum_j weights_ij (a_i - b_j)` and its counterpart. Without b, a is on both sides. */
function gradientsOf(weights: Tensor2D, a: Tensor2D, b: Tensor2D | undefined): Tensor2D[] {
  if (b === undefined) {
    const both = addTransposed(weights);
    return [sub(mul(a, sum(both, 1, true)), product(both, a))];
  }
  const ofB = reshape(sum(weights, 0), [b.shape[0], 1]);
  return [
    sub(mul(a, sum(weights, 1, true)), product(weights, b)),
    sub(mul(b, ofB), product(weights, a, true)),
  ];
}

function distances(x: Tensor2D, y: Tensor2D, root: boolean): Tensor2D {
  if (hasOwnKernel('SimdRowDistances')) return byKernel(x, y, root);
  const squared = canReadNow() ? byProduct(x, y) : byDifference(x, y);
  return root ? sqrt(squared) : squared;
}

function byKernel(x: Tensor2D, y: Tensor2D, root: boolean): Tensor2D {
  const xSquares = sum(square(x), 1);
  const ySquares = x === y ? xSquares : sum(square(y), 1);
  const inputs = { x, y, xSquares, ySquares, products: product(x, y, false, true) };
  return runOwnKernel('SimdRowDistances', inputs, { root })[0] as Tensor2D;
}

function byDifference(x: Tensor2D, y: Tensor2D): Tensor2D {
  return sum<Tensor2D>(squaredDifference(expandDims(x, 1), expandDims(y, 0)), 2);
}

/** Below this share of |x|^2 + |y|^2, the formula with the product keeps fewer than 5 digits in float32. */
const cancels = 0.01;

function byProduct(x: Tensor2D, y: Tensor2D): Tensor2D {
  const [m, dims] = x.shape;
  const [n] = y.shape;
  const [a, b] = [readNow('squaredDistances', x), readNow('squaredDistances', y)];
  const products = readNow('squaredDistances', product(x, y, false, true));
  const [aSquares, bSquares] = [squares(a, dims), squares(b, dims)];
  const result = new Float32Array(m * n);
  for (let i = 0, at = 0; i < m; i++) {
    for (let j = 0; j < n; j++, at++) {
      const both = aSquares[i]! + bSquares[j]!;
      const squared = both - 2 * products[at]!;
      // also where infinity minus infinity is no number
      result[at] = squared >= cancels * both ? squared : exact(a, i * dims, b, j * dims, dims);
    }
  }
  return tensor2d(result, [m, n]);
}

function squares(rows: Float32Array, dims: number): Float64Array {
  const sums = new Float64Array(rows.length / dims);
  for (let i = 0, at = 0; i < sums.length; i++) {
    let total = 0;
    for (let k = 0; k < dims; k++, at++) total += rows[at]! ** 2;
    sums[i] = total;
  }
  return sums;
}

function exact(a: Float32Array, from: number, b: Float32Array, to: number, dims: number): number {
  let total = 0;
  for (let k = 0; k < dims; k++) {
    const difference = a[from + k]! - b[to + k]!;
    total += difference * difference;
  }
  return total;
}
