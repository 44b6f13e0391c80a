import {
  gather,
  reshape,
  stack,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { scatterRows } from './scatterRows.ts';
import { withGradient } from './withGradient.ts';

/**
 * The entries (rows[i], columns[i]) of a matrix, [rows.length].
 *
 * The gradient scatters. The gradient of tfjs' `gather` needs a kernel that the wasm backend lacks.
 */
export function pick(matrix: Tensor2D, rows: Int32Array, columns: Int32Array): Tensor1D {
  const [height, width] = matrix.shape;
  const flat = rows.map((row, i) => row * width + columns[i]!);
  return withGradient<Tensor1D>([matrix], () => ({
    value: gather(reshape(matrix, [height * width]), tensor1d(flat, 'int32')),
    gradient: (dy) => {
      const indices = stack([tensor1d(rows, 'int32'), tensor1d(columns, 'int32')], 1);
      return [scatterRows(indices as Tensor2D, dy, [height, width])];
    },
  }));
}
