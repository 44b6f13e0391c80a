import {
  add,
  clone,
  engine,
  type FusedBatchNormAttrs,
  mul,
  neg,
  rsqrt,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from '../kernelNames.ts';
import type { SimdGradient } from '../simdGradient.ts';

/**
 * With r = 1 / sqrt(variance + epsilon) all gradients of batch normalization follow from two sums over the rows, of
 * dy and of dy * (x - mean). tfjs computes each from products as large as x.
 */
export const batchNormGradient: SimdGradient = {
  kernelName: 'FusedBatchNorm',
  config: (former) => ({
    inputsToSave: former.inputsToSave ?? [],
    gradFunc(dy, saved, attrs) {
      const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor];
      const isByChannel = mean.rank === 1 && mean.size === x.shape.at(-1) && x.size > 0;
      if (!isByChannel) return former.gradFunc(dy, saved, attrs);

      const { varianceEpsilon } = attrs as unknown as FusedBatchNormAttrs;
      const r = rsqrt(add(variance, varianceEpsilon));
      const factor = mul(scale, r);
      const inputs = { x, mean, dy: dy as Tensor };
      const [sum, product] = engine().runKernel(
        'SimdBatchNormSums' satisfies SimdKernelName,
        inputs,
      ) as [Tensor, Tensor];
      return {
        x: () => mul(dy as Tensor, factor),
        mean: () => neg(mul(sum, factor)),
        variance: () => mul(mul(product, factor), mul(mul(r, r), -0.5)),
        scale: () => mul(product, r),
        offset: () => clone(sum),
      };
    },
  }),
};
