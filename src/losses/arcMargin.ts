import { add, mul, relu, square, step, sub, type Tensor1D } from '@tensorflow/tfjs-core';
import { safeSqrt } from '../ops/safeSqrt.ts';

/**
 * `cos(angle + margin)` from `cos(angle)`, margin in radians; `cos(angle) - margin * sin(margin)` where the sum
 * exceeds half a turn, beyond which the cosine would rise again.
 */
export function arcMargin(cosine: Tensor1D, margin: number): Tensor1D {
  const sine = safeSqrt(relu<Tensor1D>(sub(1, square(cosine))));
  const turned = sub<Tensor1D>(mul(cosine, Math.cos(margin)), mul(sine, Math.sin(margin)));
  const lowered = sub<Tensor1D>(cosine, margin * Math.sin(margin));
  const within = step(add(cosine, Math.cos(margin))); // cos(angle) > cos(pi - margin)
  return add(lowered, mul(within, sub(turned, lowered)));
}
