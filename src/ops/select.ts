import type { Tensor } from '@tensorflow/tfjs-core';
import { runOwnKernel } from './ownKernel.ts';

/**
 * The entries of `a` where `condition` holds, and of `b` elsewhere, all of one shape; off the gradient tape.
 *
 * It calls the kernel of tfjs' `where` directly, without the copies of the operands that `where` makes first.
 */
export function select<T extends Tensor>(condition: T, a: T, b: T): T {
  return runOwnKernel('Select', { condition, t: a, e: b })[0] as T;
}
