import { add, mul, pow, step, sub, type Tensor } from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/** `x ** exponent` for x >= 0 and exponent > 0, whose gradient at 0 is 0, where tfjs may give NaN or Infinity. */
export function safePow<T extends Tensor>(x: T, exponent: number): T {
  if (exponent === 1) return x;
  return withGradient<T>([x], (save) => {
    save([x]);
    return {
      value: pow(x, exponent) as T,
      gradient: (dy, [base]) => {
        const positive = step(base as Tensor);
        const safe = add(base as Tensor, sub(1, positive));
        return [mul(dy, mul(positive, mul(exponent, pow(safe, exponent - 1))))];
      },
    };
  });
}
