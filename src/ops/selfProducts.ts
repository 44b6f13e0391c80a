import type { Tensor2D } from '@tensorflow/tfjs-core';
import { addTransposed } from './addTransposed.ts';
import { product } from './product.ts';
import { withGradient } from './withGradient.ts';

/** Every row of x times every row of x, [m, m]: its gradient is one matrix product where tfjs' own takes two. */
export function selfProducts(x: Tensor2D): Tensor2D {
  return withGradient<Tensor2D>([x], (save) => {
    save([x]);
    return {
      value: product(x, x, false, true),
      gradient: (dy, [rows]) => [product(addTransposed(dy), rows as Tensor2D)],
    };
  });
}
