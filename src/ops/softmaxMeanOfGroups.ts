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
 * The mean of each group of `size` neighboring columns, weighted by `softmax(column / temperature)`: [rows, groups *
 * size] to [rows, groups]. The smaller the temperature, the nearer the mean is to the largest value of the group.
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
        const derivatives = mul(shares, add(div(beyond, temperature), 1));
        return [reshape(mul(derivatives, reshape(dy, [count, 1])), [rows, columns])];
      },
    };
  });
}

/** The softmax of each row, of operations that every backend has. */
function softmaxOf(rows: Tensor2D, temperature: number): Tensor2D {
  const powers = exp(div(sub(rows, max(rows, 1, true)), temperature));
  return div(powers, sum(powers, 1, true));
}

function rowDots(rows: Tensor2D, shares: Tensor2D): Tensor2D {
  return sum(mul(rows, shares), 1, true);
}
