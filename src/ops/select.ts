import type { Tensor } from '@tensorflow/tfjs-core';
import { runOwnKernel } from './ownKernel.ts';

/**
 * The entries of `a` where `condition` holds and of `b` elsewhere, all of one shape; not to be differentiated.
 *
 * It is the kernel of tfjs' `where`, which passes each operand through an operation of its own first.
 */
export function select<T extends Tensor>(condition: T, a: T, b: T): T {
  return runOwnKernel('Select', { condition, t: a, e: b })[0] as T;
}
