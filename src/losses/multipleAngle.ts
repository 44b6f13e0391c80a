import { floor, mul, scalar, sub, type Tensor1D } from '@tensorflow/tfjs-core';
import { safeAcos } from '../ops/safeAcos.ts';

/**
 * `(-1)^k cos(times * angle) - 2k` from `cos(angle)`, where k is the number of whole `180 / times` degrees in the
 * angle: `cos(times * angle)` made to fall all the way from 0 to 180 degrees.
 *
 * `cos(times * angle)` is the Chebyshev polynomial of degree `times`. k is a constant to the gradient.
 */
export function multipleAngle(cosine: Tensor1D, times: number): Tensor1D {
  let [before, polynomial] = [scalar(1) as unknown as Tensor1D, cosine];
  for (let degree = 1; degree < times; degree++) {
    const next = sub<Tensor1D>(mul(mul(cosine, 2), polynomial), before);
    [before, polynomial] = [polynomial, next];
  }
  const k = floor(mul(safeAcos(cosine), times / Math.PI));
  const odd = sub(k, mul(floor(mul(k, 0.5)), 2));
  return sub(mul(polynomial, sub(1, mul(odd, 2))), mul(k, 2));
}
