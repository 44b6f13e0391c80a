import {
  add,
  div,
  exp,
  max,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/**
 * The mean of each `size` neighbouring columns, weighted by `softmax(column / temperature)`: [rows, groups * size] to
 * [rows, groups]. The smaller the temperature, the nearer to the largest.
 */
export function softmaxMeanOfGroups(matrix: Tensor2D, size: number, temperature: number): Tensor2D {
  const [rows, columns] = matrix.shape;
  const count = (rows * columns) / size;
  const grouped = (values: Tensor): Tensor2D => reshape(values, [count, size]);
  return withGradient<Tensor2D>([matrix], (save) => {
    save([matrix]);
    const groups = grouped(matrix);
    return {
      value: reshape(rowDots(groups, softmaxOf(groups, temperature)), [rows, columns / size]),
      gradient: (dy, [saved]) => {
        const values = grouped(saved as Tensor);
        const shares = softmaxOf(values, temperature);
        const beyond = sub(values, rowDots(values, shares));
        const slopes = mul(shares, add(div(beyond, temperature), 1));
        return [reshape(mul(slopes, reshape(dy, [count, 1])), [rows, columns])];
      },
    };
  });
}

/** tfjs' softmax, from operations that every backend has of its own. */
function softmaxOf(rows: Tensor2D, temperature: number): Tensor2D {
  const powers = exp(div(sub(rows, max(rows, 1, true)), temperature));
  return div(powers, sum(powers, 1, true));
}

function rowDots(rows: Tensor2D, shares: Tensor2D): Tensor2D {
  return sum(mul(rows, shares), 1, true);
}
