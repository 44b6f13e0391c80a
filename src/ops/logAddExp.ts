import {
  abs,
  add,
  maximum,
  mul,
  neg,
  sigmoid,
  softplus,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/** log(exp(x) + exp(y)), for tensors of one shape and any finite values. */
export function logAddExp<T extends Tensor>(x: T, y: T): T {
  return withGradient<T>([x, y], (save) => {
    save([x, y]);
    return {
      value: add<T>(maximum(x, y), softplus(neg(abs(sub(x, y))))),
      gradient: (dy, saved) => {
        const share = sigmoid(sub(saved[0] as T, saved[1] as T));
        return [mul(dy, share), mul(dy, sub(1, share))];
      },
    };
  });
}
