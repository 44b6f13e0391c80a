import { floor, mul, onesLike, sub, type Tensor1D, zerosLike } from '@tensorflow/tfjs-core';
import { safeAcos } from '../../ops/safeAcos.ts';
import type { TargetMargin } from './targetMargin.ts';

/**
 * `(-1)^k cos(times * angle) - 2k` from `cos(angle)`, where k is the whole part of `angle / (180 / times)`, angle in
 * degrees. The result falls from 0 to 180 degrees without a break, as `cos(times * angle)` does not. The gradient takes
 * k as a constant.
 *
 * `cos(times * angle)` is the Chebyshev polynomial of the first kind, its derivative `times` that of the second kind.
 */
export function multipleAngle(times: number): TargetMargin {
  return (cosine) => {
    const folds = floor<Tensor1D>(mul(safeAcos(cosine), times / Math.PI));
    const sign = signOf(folds);
    const [before, last] = secondKind(cosine, times - 1);
    const polynomial = sub(mul(cosine, last), before);
    return {
      value: sub(mul(polynomial, sign), mul(folds, 2)),
      derivative: () => mul(mul(last, times), sign),
    };
  };
}

/** Chebyshev polynomials of the second kind: those of degree `degree - 1` and `degree`. */
function secondKind(x: Tensor1D, degree: number): [before: Tensor1D, last: Tensor1D] {
  let [before, last] = [zerosLike(x), onesLike(x)];
  for (let i = 0; i < degree; i++) {
    [before, last] = [last, sub<Tensor1D>(mul(mul(x, 2), last), before)];
  }
  return [before, last];
}

/** 1 for even numbers, -1 for odd ones. */
function signOf(k: Tensor1D): Tensor1D {
  const odd = sub(k, mul(floor(mul(k, 0.5)), 2));
  return sub(1, mul(odd, 2));
}
