import { divNoNan, type Tensor } from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';

/** a / b, and 0 where b is 0, of one shape; not to be differentiated. */
export function divideOrZero<T extends Tensor>(a: T, b: T): T {
  if (hasOwnKernel('SimdDivideOrZero')) return runOwnKernel('SimdDivideOrZero', { a, b })[0] as T;
  return divNoNan(a, b);
}
