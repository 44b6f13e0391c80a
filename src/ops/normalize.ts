import {
  abs,
  div,
  maximum,
  mul,
  pow,
  sign,
  step,
  sub,
  sum,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { rowNorms } from './rowNorms.ts';
import { withGradient } from './withGradient.ts';

/**
 * Rows divided by their Lp norm, or by `minNorm` where the norm is smaller: a zero row stays zero, and its gradient
 * is divided by `minNorm`.
 */
export function normalize(x: Tensor2D, p = 2, minNorm = 1e-12): Tensor2D {
  return withGradient<Tensor2D>([x], (save) => {
    const unit = div<Tensor2D>(x, maximum(rowNorms(x, p), minNorm));
    save([x, unit]);
    return {
      value: unit,
      gradient: (dy, saved) => {
        const [rows, y] = saved as [Tensor2D, Tensor2D];
        const norms = rowNorms(rows, p);
        // d norm / d x, which is y for p = 2
        const slope = p === 2 ? y : p === 1 ? sign(y) : mul(sign(y), pow(abs(y), p - 1));
        const along = mul(sum(mul(dy, y), 1, true), step(sub(norms, minNorm)));
        return [div(sub(dy, mul(along, slope)), maximum(norms, minNorm))];
      },
    };
  });
}
