import { mul, sigmoid, softplus, step, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { inHostMemory, readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/** `log(1 + exp(x))` where `counts` is above 0, 0 elsewhere: few entries count, and exponentials are dear. */
export function maskedSoftplus(x: Tensor2D, counts: Tensor2D): Tensor2D {
  return withGradient<Tensor2D>([x], (save) => {
    if (!inHostMemory()) {
      save([x, counts]);
      return {
        value: mul(softplus(x), step(counts)),
        gradient: (dy, saved) => {
          const [inputs, kept] = saved as [Tensor2D, Tensor2D];
          return [mul(dy, mul(sigmoid(inputs), step(kept)))];
        },
      };
    }
    const inputs = readNow('maskedSoftplus', x);
    const kept = readNow('maskedSoftplus', counts);
    const values = new Float32Array(inputs.length);
    const derivatives = new Float32Array(inputs.length);
    for (let i = 0; i < inputs.length; i++) {
      if (kept[i] === 0) continue;
      const input = inputs[i]!;
      const small = Math.exp(-Math.abs(input));
      values[i] = Math.max(input, 0) + Math.log1p(small);
      derivatives[i] = (input > 0 ? 1 : small) / (1 + small);
    }
    return {
      value: tensor2d(values, x.shape),
      gradient: (dy) => [mul(dy, tensor2d(derivatives, dy.shape))],
    };
  });
}
