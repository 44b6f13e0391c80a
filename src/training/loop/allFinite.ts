import { mul, type NamedTensorMap, stack, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from '../../ops/ownKernel.ts';

/** Whether all numbers of some tensors are finite. */
export async function allFinite(tensors: NamedTensorMap): Promise<boolean> {
  const list = Object.values(tensors);
  if (list.length === 0) return true;
  // A sum is finite for sure only if all its terms are; one that is not may be an overflow of large ones.
  if (await areFiniteIn(() => sumsOf(tensors))) return true;
  return areFiniteIn(() => stack(list.map((tensor) => sum(mul(tensor, 0)))));
}

async function areFiniteIn(measure: () => Tensor): Promise<boolean> {
  const measured = tidy(measure);
  const values = await measured.data();
  measured.dispose();
  return values.every(Number.isFinite);
}

/** The sum of each tensor: in one kernel where the backend has one for it. */
function sumsOf(tensors: NamedTensorMap): Tensor {
  const list = Object.values(tensors);
  const areFloats = list.every(({ dtype }) => dtype === 'float32');
  return areFloats && hasOwnKernel('SimdSums')
    ? runOwnKernel('SimdSums', tensors)[0]!
    : stack(list.map((tensor) => sum(tensor)));
}
