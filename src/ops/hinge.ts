import { mul, relu, step, sub, type Tensor } from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';
import { withGradient } from './withGradient.ts';

/** `max(0, x - bound)`, or with `below` `max(0, bound - x)`. The gradient is 0 where the value is 0. */
export function hinge<T extends Tensor>(x: T, bound: number, below = false): T {
  const sign = below ? -1 : 1;
  return withGradient<T>([x], (save) => {
    save([x]);
    return {
      value: relu(below ? sub<T>(bound, x) : sub<T>(x, bound)),
      gradient(dy, [values]) {
        if (hasOwnKernel('SimdBoundedSumsGradient')) {
          const low = below ? Number.NEGATIVE_INFINITY : bound;
          const high = below ? bound : Number.POSITIVE_INFINITY;
          return [
            ...runOwnKernel(
              'SimdBoundedSumsGradient',
              { values, counts: dy },
              { low, high, scale: sign },
            ),
          ];
        }
        const excess = mul(sub(values as Tensor, bound), sign);
        return [mul(dy, mul(step(excess), sign))];
      },
    };
  });
}
