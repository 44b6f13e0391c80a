import { clone, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/** The same numbers as a constant: no gradient flows back through them. tfjs has no such operation. */
export function stopGradient<T extends Tensor>(x: T): T {
  return withGradient<T>([x], () => ({ value: clone(x), gradient: (dy) => [zerosLike(dy)] }));
}
