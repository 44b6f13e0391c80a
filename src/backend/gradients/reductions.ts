import { div, reshape, type SumAttrs, type Tensor, tile, util } from '@tensorflow/tfjs-core';
import type { SimdGradient } from '../simdGradient.ts';

/** dy repeated along the axes that were summed; tfjs multiplies it by a tensor of ones as large as x. */
export const reductionGradients: readonly SimdGradient[] = [
  {
    kernelName: 'Sum',
    config: () => ({
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attrs) => ({ x: () => repeat(dy as Tensor, x as Tensor, attrs) }),
    }),
  },
  {
    kernelName: 'Mean',
    config: () => ({
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attrs) => ({
        x: () => {
          const { size } = dy as Tensor;
          const share = div(dy as Tensor, (x as Tensor).size / size);
          return repeat(share, x as Tensor, attrs);
        },
      }),
    }),
  },
];

function repeat(dy: Tensor, { shape }: Tensor, attrs: object): Tensor {
  const axes = util.parseAxisParam((attrs as SumAttrs).axis, shape);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const reps = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return tile(reshape(dy, kept), reps);
}
