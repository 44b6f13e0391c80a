import { add, div, mul, sqrt, step, sub, type Tensor } from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/** Square root whose gradient at 0 is 0, where tfjs gives NaN. */
export function safeSqrt<T extends Tensor>(x: T): T {
  return withGradient<T>([x], (save) => {
    const root = sqrt(x);
    save([root]);
    return {
      value: root,
      gradient: (dy, [y]) => {
        const positive = step(y as Tensor);
        const safe = add(y as Tensor, sub(1, positive));
        return [div(mul(mul(dy, positive), 0.5), safe)];
      },
    };
  });
}
