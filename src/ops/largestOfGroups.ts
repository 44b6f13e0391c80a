import {
  argMax,
  cast,
  expandDims,
  max,
  mul,
  oneHot,
  reshape,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/**
 * The largest value of each group of `size` neighboring columns: [rows, groups * size] to [rows, groups]. Of equal
 * values the first gets the gradient; in tfjs each of them gets all of it.
 */
export function largestOfGroups(matrix: Tensor2D, size: number): Tensor2D {
  const [rows, columns] = matrix.shape;
  const grouped = (values: Tensor): Tensor => reshape(values, [rows, columns / size, size]);
  return withGradient<Tensor2D>([matrix], (save) => {
    save([matrix]);
    return {
      value: max<Tensor2D>(grouped(matrix), 2),
      gradient: (dy, [saved]) => {
        const largest = argMax<Tensor2D>(grouped(saved as Tensor), 2);
        // oneHot's own 'float32' gives the bits of integers on the wasm backend
        const chosen = cast(oneHot(largest, size), 'float32');
        const spread = mul(expandDims(dy, 2), chosen);
        return [reshape(spread, [rows, columns])];
      },
    };
  });
}
