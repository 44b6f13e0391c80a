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
import type { TargetMargin } from './targetMargin.ts';

/**
 * `cos(angle + margin)` from `cos(angle)`, margin in radians. Where `angle + margin` exceeds 180 degrees the cosine
 * would grow again; there the result is `cos(angle) - margin * sin(margin)`, which goes on falling.
 */
export function arcMargin(margin: number): TargetMargin {
  const [cos, sin] = [Math.cos(margin), Math.sin(margin)];
  return (cosine) => {
    const sine = sqrt<Tensor1D>(maximum(sub(1, square(cosine)), 0));
    const isWithin = greater<Tensor1D>(cosine, -cos); // cos(angle) > cos(pi - margin)
    const turned = sub<Tensor1D>(mul(cosine, cos), mul(sine, sin));
    return {
      value: select(isWithin, turned, sub<Tensor1D>(cosine, margin * sin)),
      derivative() {
        // The derivative of sine, -cosine / sine, is taken as 0 where that is 0.
        const ofSine = mul(divideOrZero(cosine, sine), sin);
        return select(isWithin, add<Tensor1D>(ofSine, cos), onesLike(cosine));
      },
    };
  };
}
