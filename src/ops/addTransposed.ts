import { add, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';

/** A square matrix plus its transpose; not to be differentiated. */
export function addTransposed(x: Tensor2D): Tensor2D {
  if (hasOwnKernel('SimdAddTransposed'))
    return runOwnKernel('SimdAddTransposed', { x })[0] as Tensor2D;
  return add(x, transpose(x));
}
