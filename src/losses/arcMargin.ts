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
import { withGradient } from '../ops/withGradient.ts';

/**
 * `cos(angle + margin)` from `cos(angle)`, margin in radians; `cos(angle) - margin * sin(margin)` where the sum
 * exceeds half a turn, beyond which the cosine would rise again.
 */
export function arcMargin(cosine: Tensor1D, margin: number): Tensor1D {
  const [cos, sin] = [Math.cos(margin), Math.sin(margin)];
  return withGradient<Tensor1D>([cosine], (save) => {
    save([cosine]);
    const turned = sub<Tensor1D>(mul(cosine, cos), mul(sineOf(cosine), sin));
    const lowered = sub<Tensor1D>(cosine, margin * sin);
    return {
      value: add(lowered, mul(isWithin(cosine, cos), sub(turned, lowered))),
      gradient: (dy, [x]) => {
        // The derivative of `turned` is cos + sin * cosine / sine, and that of sine, at 0, taken as 0.
        const sine = sineOf(x as Tensor1D);
        const slope = div(mul(x as Tensor1D, mul(step(sine), sin)), maximum(sine, 1e-12));
        return [mul(dy, add(1, mul(isWithin(x as Tensor1D, cos), add(slope, cos - 1))))];
      },
    };
  });
}

function sineOf(cosine: Tensor): Tensor {
  return sqrt(maximum(sub(1, square(cosine)), 0));
}

/** 1 where the angle and the margin are within half a turn: cos(angle) > cos(pi - margin). */
function isWithin(cosine: Tensor, cosineOfMargin: number): Tensor {
  return step(add(cosine, cosineOfMargin));
}
