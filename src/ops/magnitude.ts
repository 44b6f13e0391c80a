import { abs, mul, sign, type Tensor } from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/** |x|, with gradient 0 at 0, where tfjs-core's `abs` has -1. */
export function magnitude<T extends Tensor>(x: T): T {
  return withGradient<T>([x], (save) => {
    save([x]);
    return { value: abs(x), gradient: (dy, [saved]) => [mul(dy, sign(saved as T))] };
  });
}
