import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';

/**
 * A matrix whose numbers `next` gives, in row-major order. On the simd backend they go into the memory of the matrix: an array
 * beside it would be as large, and stays until JavaScript's garbage is collected.
 */
export function drawnTensor(shape: [rows: number, columns: number], next: () => number): Tensor2D {
  if (hasOwnKernel('SimdDrawn')) {
    return runOwnKernel('SimdDrawn', {}, { shape, next })[0] as Tensor2D;
  }
  const values = new Float32Array(shape[0] * shape[1]);
  for (let i = 0; i < values.length; i++) values[i] = next();
  return tensor2d(values, shape);
}
