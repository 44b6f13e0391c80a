import { engine, type SoftmaxAttrs, type Tensor } from '@tensorflow/tfjs-core';
import type { SimdKernelName } from '../kernelNames.ts';
import type { SimdGradient } from '../simdGradient.ts';

/** One pass over y and dy along the last axis, where tfjs takes four operations. */
export const softmaxGradient: SimdGradient = {
  kernelName: 'Softmax',
  config: (former) => ({
    outputsToSave: [true],
    gradFunc(dy, saved, attrs) {
      const [y] = saved as [Tensor];
      const { dim } = attrs as unknown as SoftmaxAttrs;
      if ((dim !== -1 && dim !== y.rank - 1) || y.size === 0 || y.dtype !== 'float32') {
        return former.gradFunc(dy, saved, attrs);
      }
      const inputs = { y, dy: dy as Tensor };
      const name = 'SimdSoftmaxGradient' satisfies SimdKernelName;
      return { logits: () => engine().runKernel(name, inputs) as Tensor };
    },
  }),
};
