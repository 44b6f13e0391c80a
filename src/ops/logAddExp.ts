import {
  abs,
  add,
  maximum,
  mul,
  neg,
  sigmoid,
  softplus,
  sub,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { inHostMemory, readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/** log(exp(x) + exp(y)), for matrices of one shape and any finite values. */
export function logAddExp(x: Tensor2D, y: Tensor2D): Tensor2D {
  return withGradient<Tensor2D>([x, y], (save) => {
    if (inHostMemory()) {
      const { values, shares } = byLoop(readNow('logAddExp', x), readNow('logAddExp', y));
      const shape = x.shape;
      return {
        value: tensor2d(values, shape),
        gradient: (dy) => {
          const ofX = mul(dy, tensor2d(shares, shape));
          return [ofX, sub(dy, ofX)];
        },
      };
    }
    save([x, y]);
    return {
      value: add<Tensor2D>(maximum(x, y), softplus(neg(abs(sub(x, y))))),
      gradient: (dy, saved) => {
        const share = sigmoid(sub(saved[0]!, saved[1]!));
        return [mul(dy, share), mul(dy, sub(1, share))];
      },
    };
  });
}

/** The sums, and the share of x in each. */
function byLoop(x: Float32Array, y: Float32Array): { values: Float32Array; shares: Float32Array } {
  const values = new Float32Array(x.length);
  const shares = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const lead = x[i]! - y[i]!;
    const small = Math.exp(-Math.abs(lead));
    values[i] = Math.max(x[i]!, y[i]!) + Math.log1p(small);
    shares[i] = (lead > 0 ? 1 : small) / (1 + small);
  }
  return { values, shares };
}
