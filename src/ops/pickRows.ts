import { gather, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { scatterRows } from './scatterRows.ts';
import { withGradient } from './withGradient.ts';

/** Rows of a matrix, [rows.length, width], with a gradient on every backend, as `pick` has it. */
export function pickRows(matrix: Tensor2D, rows: Int32Array): Tensor2D {
  return withGradient<Tensor2D>([matrix], () => ({
    value: gather(matrix, tensor1d(rows, 'int32')),
    gradient: (dy) => [scatterRows(tensor2d(rows, [rows.length, 1], 'int32'), dy, matrix.shape)],
  }));
}
