import { divNoNan, mul, sqrt, type Tensor } from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/** Square root whose gradient at 0 is 0, where tfjs gives NaN. */
export function safeSqrt<T extends Tensor>(x: T): T {
  return withGradient<T>([x], (save) => {
    const root = sqrt(x);
    save([root]);
    return { value: root, gradient: (dy, [y]) => [mul(dy, divNoNan(0.5, y as Tensor))] };
  });
}
