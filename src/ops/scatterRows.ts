import {
  concat,
  type Rank,
  type ShapeMap,
  scatterND,
  type Tensor,
  type Tensor2D,
  zeros,
} from '@tensorflow/tfjs-core';
import { inHostMemory } from './readNow.ts';

/**
 * A tensor of `shape` with each row of `values` added at its index, zeros elsewhere. `indices` are int32 of shape
 * [rows, leading dimensions of `shape`].
 *
 * tfjs' webgl kernel takes rows by twos, and of an odd number adds what lies behind the last to the first row: there
 * a row of zeros makes them even.
 */
export function scatterRows<R extends Rank>(
  indices: Tensor2D,
  values: Tensor,
  shape: ShapeMap[R],
): Tensor<R> {
  const [rows, depth] = indices.shape;
  if (rows % 2 === 0 || inHostMemory()) return scatterND(indices, values, shape) as Tensor<R>;
  const even = concat([indices, zeros<Rank.R2>([1, depth], 'int32')]);
  const padded = concat([values, zeros([1, ...values.shape.slice(1)])]);
  return scatterND(even, padded, shape) as Tensor<R>;
}
