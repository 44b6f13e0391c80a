import {
  type ClipByValueAttrs,
  engine,
  type LeakyReluAttrs,
  type NamedAttrMap,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from '../kernelNames.ts';
import { leastPositive, type MaskedGradientAttrs } from '../kernels/maskedGradient.ts';
import type { ReluGradientAttrs } from '../kernels/relu.ts';
import type { SimdGradient } from '../simdGradient.ts';

/** Gradients in one pass over dy; tfjs composes the same of comparisons, casts and selections. */
export const activationGradients: readonly SimdGradient[] = [
  {
    // relu(x) > 0 where x > 0: with the result saved in place of x, x can be freed.
    kernelName: 'Relu',
    config: () => ({
      outputsToSave: [true],
      gradFunc: (dy, [y]) => ({ x: () => reluGradient(y, dy, { most: Infinity }) }),
    }),
  },
  {
    kernelName: 'Relu6',
    config: () => ({
      inputsToSave: ['x'],
      gradFunc: (dy, [x]) => ({ x: () => reluGradient(x, dy, { most: 6 }) }),
    }),
  },
  {
    kernelName: 'LeakyRelu',
    config: () => ({
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attrs) => {
        const { alpha } = attrs as unknown as LeakyReluAttrs;
        return {
          x: () => maskedGradient(x, dy, { low: leastPositive, high: Infinity, slope: alpha }),
        };
      },
    }),
  },
  {
    kernelName: 'ClipByValue',
    config: () => ({
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attrs) => {
        const { clipValueMin: low, clipValueMax: high } = attrs as unknown as ClipByValueAttrs;
        return { x: () => maskedGradient(x, dy, { low, high, slope: 0 }) };
      },
    }),
  },
];

function reluGradient(
  x: Tensor | undefined,
  dy: Tensor | Tensor[],
  attrs: ReluGradientAttrs,
): Tensor {
  const inputs = { x: x as Tensor, dy: dy as Tensor };
  return engine().runKernel(
    'SimdReluGradient' satisfies SimdKernelName,
    inputs,
    attrs as unknown as NamedAttrMap,
  );
}

/** dy where x is from `low` to `high`, slope * dy elsewhere. */
function maskedGradient(
  x: Tensor | undefined,
  dy: Tensor | Tensor[],
  attrs: MaskedGradientAttrs,
): Tensor {
  const inputs = { x: x as Tensor, value: dy as Tensor };
  return engine().runKernel(
    'SimdMaskedGradient' satisfies SimdKernelName,
    inputs,
    attrs as unknown as NamedAttrMap,
  );
}
