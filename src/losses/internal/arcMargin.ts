import {
  add,
  greater,
  maximum,
  mul,
  onesLike,
  sqrt,
  square,
  sub,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { divideOrZero } from '../../ops/divideOrZero.ts';
import { select } from '../../ops/select.ts';
import type { Margin } from './moveOwn.ts';

/**
 * `cos(angle + margin)` from `cos(angle)`, margin in radians; `cos(angle) - margin * sin(margin)` where the sum
 * exceeds half a turn, beyond which the cosine would rise again.
 */
export function arcMargin(margin: number): Margin {
  const [cos, sin] = [Math.cos(margin), Math.sin(margin)];
  return (cosine) => {
    const sine = sqrt<Tensor1D>(maximum(sub(1, square(cosine)), 0));
    const isWithin = greater<Tensor1D>(cosine, -cos); // cos(angle) > cos(pi - margin)
    const turned = sub<Tensor1D>(mul(cosine, cos), mul(sine, sin));
    return {
      moved: select(isWithin, turned, sub<Tensor1D>(cosine, margin * sin)),
      slope() {
        // The derivative of sine, -cosine / sine, is taken as 0 where that is 0.
        const rise = mul(divideOrZero(cosine, sine), sin);
        return select(isWithin, add<Tensor1D>(rise, cos), onesLike(cosine));
      },
    };
  };
}
