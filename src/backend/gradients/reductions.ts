import {
  div,
  engine,
  type MaxAttrs,
  type MinAttrs,
  mul,
  reshape,
  type SumAttrs,
  type Tensor,
  tile,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from '../kernelNames.ts';
import { broadcastStrides } from '../kernels/broadcastStrides.ts';
import type { SimdGradient } from '../simdGradient.ts';

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
  gradientOfExtreme('Max'),
  gradientOfExtreme('Min'),
];

/** dy where x is the extreme; tfjs compares to booleans, by the cpu backend, and casts them. */
function gradientOfExtreme(kernelName: 'Max' | 'Min'): SimdGradient {
  return {
    kernelName,
    config: (former) => ({
      inputsToSave: ['x'],
      outputsToSave: [true],
      gradFunc: (dy, saved, attrs) => {
        const [x, y] = saved as [Tensor, Tensor];
        const { reductionIndices, axis } = attrs as unknown as Partial<MaxAttrs & MinAttrs>;
        const kept = keptShape(x.shape, reductionIndices ?? axis ?? [...x.shape.keys()]);
        if (x.dtype !== 'float32' || !broadcastStrides(x.shape, kept)) {
          return former.gradFunc(dy, saved, attrs);
        }
        return {
          x: () => {
            const inputs = { a: x, b: reshape(y, kept) };
            const isExtreme: Tensor = engine().runKernel(
              'SimdEqual' satisfies SimdKernelName,
              inputs,
            );
            return mul(isExtreme, reshape(dy as Tensor, kept));
          },
        };
      },
    }),
  };
}

/** `shape` with 1 along the axes that are reduced. */
function keptShape(shape: number[], axis: number | number[]): number[] {
  const axes = util.parseAxisParam(axis, shape);
  return shape.map((size, at) => (axes.includes(at) ? 1 : size));
}

/** dy repeated along the axes that were summed; tfjs multiplies it by a tensor of ones as large as x. */
function repeat(dy: Tensor, { shape }: Tensor, attrs: object): Tensor {
  const axes = util.parseAxisParam((attrs as SumAttrs).axis, shape);
  const kept = keptShape(shape, axes);
  const reps = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return tile(reshape(dy, kept), reps);
}
