import {
  add,
  div,
  maximum,
  mul,
  sqrt,
  square,
  step,
  sub,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import type { Margin } from './moveOwn.ts';

/**
 * `cos(angle + margin)` from `cos(angle)`, margin in radians; `cos(angle) - margin * sin(margin)` where the sum
 * exceeds half a turn, beyond which the cosine would rise again.
 */
export function arcMargin(margin: number): Margin {
  const [cos, sin] = [Math.cos(margin), Math.sin(margin)];
  /** 1 where the angle and the margin are within half a turn: cos(angle) > cos(pi - margin). */
  const isWithin = (cosine: Tensor1D): Tensor1D => step(add(cosine, cos));
  return {
    move(cosine) {
      const turned = sub<Tensor1D>(mul(cosine, cos), mul(sineOf(cosine), sin));
      const lowered = sub<Tensor1D>(cosine, margin * sin);
      return add(lowered, mul(isWithin(cosine), sub(turned, lowered)));
    },
    slope(cosine) {
      // The derivative of `turned` is cos + sin * cosine / sine, and that of sine, at 0, taken as 0.
      const sine = sineOf(cosine);
      const rise = div(mul(cosine, mul(step(sine), sin)), maximum(sine, 1e-12));
      return add(1, mul(isWithin(cosine), add(rise, cos - 1)));
    },
  };
}

function sineOf(cosine: Tensor): Tensor {
  return sqrt(maximum(sub(1, square(cosine)), 0));
}
