import {
  acos,
  clipByValue,
  divNoNan,
  mul,
  relu,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/**
 * Arc cosine in radians. Values beyond -1 and 1, as rounding makes them, count as -1 and 1; there the gradient is 0,
 * where tfjs gives NaN or -Infinity.
 */
export function safeAcos<T extends Tensor>(x: T): T {
  return withGradient<T>([x], (save) => {
    save([x]);
    return {
      value: acos(clipByValue(x, -1, 1)) as T,
      gradient: (dy, [cosine]) => {
        const sine = sqrt(relu(sub(1, square(cosine as Tensor))));
        return [mul(dy, divNoNan(-1, sine))];
      },
    };
  });
}
