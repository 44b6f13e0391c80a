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
 * The largest of each `size` neighbouring columns: [rows, groups * size] to [rows, groups]. The gradient goes to the
 * first of equal ones, where tfjs gives all of it to each.
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
