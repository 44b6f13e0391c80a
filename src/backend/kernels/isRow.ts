import { type TensorInfo, util } from '@tensorflow/tfjs-core';

/** Whether a tensor is one row of `length` floats, whatever its rank. */
export function isRow({ shape }: TensorInfo, length: number): boolean {
  return shape.at(-1) === length && util.sizeFromShape(shape) === length;
}
