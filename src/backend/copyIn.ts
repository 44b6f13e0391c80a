import { type backend_util, util } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { BlockMemory } from './blockMemory.ts';
import type { Operand, TensorData } from './tensorData.ts';

/** A tensor whose values may be the caller's own array: a kernel reads what the array holds when it is called. */
type Held = Pick<Operand, 'data' | 'shape'>;

/** Copies values from the JavaScript heap into a new block; float32 data keep the block as their own. */
export function copyIn(held: Held, blocks: BlockMemory): number {
  const { data } = held;
  const values = heldValues(held) as ArrayLike<number>;
  const isFloat = data.dtype === 'float32';
  const block = blocks.allocate(4 * values.length, isFloat ? data : undefined);
  blocks.floats(block, values.length).set(values);
  if (isFloat) {
    data.length = values.length;
    data.moved(block);
  }
  return block;
}

/** Copies an input of a deferred call, as the owner of its array may write to the array until the call runs. */
export function keepForLater(held: Held, blocks: BlockMemory): void {
  const { data } = held;
  if (data.pending || data.block !== undefined) return;
  if (data.dtype === 'float32') copyIn(held, blocks);
  else data.values = heldValues(held).slice() as backend_util.BackendValues;
}

/**
 * The values of a tensor.
 *
 * @throws MetricLearningError if their array was transferred to another thread meanwhile.
 */
export function heldValues({ data, shape }: Held): TensorData['values'] {
  const { values } = data;
  const size = util.sizeFromShape(shape);
  if (values.length !== size) {
    throw new MetricLearningError({
      where: 'simd backend',
      expected: `the ${size} values of a tensor of shape [${shape}]`,
      got: `${values.length}`,
      fix: 'Do not transfer an array while tensors that were made of it are in use.',
    });
  }
  return values;
}
