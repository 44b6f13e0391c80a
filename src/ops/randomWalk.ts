import { add, eye, mul, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { product } from './product.ts';
import { withGradient } from './withGradient.ts';

/**
 * `(1 - alpha) * inverse(I - alpha * S)` of a symmetric matrix S with eigenvalues from -1 to 1, [n, n]: the probabilities
 * of where a random walk ends that continues with the probability `alpha` at each step.
 *
 * The inverse is the sum of the powers of A = alpha * S. It is computed as (I + A)(I + A^2)(I + A^4)... until the next
 * factor is I in float32: a few matrix products, on every backend.
 */
export function randomWalk(S: Tensor2D, alpha: number): Tensor2D {
  return withGradient<Tensor2D>([S], (save) => {
    let power = mul<Tensor2D>(S, alpha);
    let walk = mul<Tensor2D>(add(eye(S.shape[0]), power), 1 - alpha);
    for (let reach = 2; alpha ** reach > 1e-9; reach *= 2) {
      power = product(power, power);
      walk = add(walk, product(walk, power));
    }
    save([walk]);
    return {
      value: walk,
      // d inverse(I - A) = inverse(I - A) dA inverse(I - A)
      gradient: (dy, [saved]) => {
        const turned = transpose(saved as Tensor2D);
        return [mul(product(product(turned, dy), turned), alpha / (1 - alpha))];
      },
    };
  });
}
