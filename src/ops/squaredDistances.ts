import {
  add,
  expandDims,
  matMul,
  mul,
  relu,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor2D,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core';
import { canReadNow, readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * Squared Euclidean distance of every row of x to every row of y, [m, n].
 *
 * Computed as |x|^2 + |y|^2 - 2xy, one matrix product; where two rows are so near that this would cancel, from their
 * difference: equal rows are at exactly 0, and near ones keep float32's relative precision.
 */
export function squaredDistances(x: Tensor2D, y: Tensor2D): Tensor2D {
  return withGradient<Tensor2D>([x, y], (save) => {
    save([x, y]);
    return {
      value: canReadNow() ? byProduct(x, y) : byDifference(x, y),
      gradient: (dy, saved) => {
        const [a, b] = saved as [Tensor2D, Tensor2D];
        return [pull(a, b, dy), pull(b, a, transpose(dy))];
      },
    };
  });
}

/** Gradient of sum(weights * squared distances) in the rows of x: 2 * sum_j w_ij (x_i - y_j). */
function pull(x: Tensor2D, y: Tensor2D, weights: Tensor2D): Tensor2D {
  return mul<Tensor2D>(sub(mul(x, sum(weights, 1, true)), matMul(weights, y)), 2);
}

function byDifference(x: Tensor2D, y: Tensor2D): Tensor2D {
  return sum<Tensor2D>(squaredDifference(expandDims(x, 1), expandDims(y, 0)), 2);
}

/** Below this share of |x|^2 + |y|^2, float32 leaves less than 5 digits of the product's form. */
const cancels = 0.01;

function byProduct(x: Tensor2D, y: Tensor2D): Tensor2D {
  const [m, dims] = x.shape;
  const [n] = y.shape;
  const xSquares = sum(square(x), 1, true);
  const ySquares = sum(square(y), 1, true);
  const sums = add<Tensor2D>(xSquares, transpose(ySquares));
  const rough = relu(sub<Tensor2D>(sums, mul(matMul(x, y, false, true), 2)));

  const [a, b] = [readNow('squaredDistances', x), readNow('squaredDistances', y)];
  const exact = readNow('squaredDistances', rough).slice();
  const limits = readNow('squaredDistances', sums);
  for (let i = 0, at = 0; i < m; i++) {
    for (let j = 0; j < n; j++, at++) {
      if ((exact[at] as number) >= cancels * (limits[at] as number)) continue;
      let total = 0;
      for (let k = 0, p = i * dims, q = j * dims; k < dims; k++, p++, q++) {
        const difference = (a[p] as number) - (b[q] as number);
        total += difference * difference;
      }
      exact[at] = total;
    }
  }
  return tensor2d(exact, [m, n]);
}
