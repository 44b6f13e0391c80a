import {
  engine,
  type GradConfig,
  getGradient,
  mul,
  registerGradient,
  type Tensor,
  tidy,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from './kernelNames.ts';
import type { DropoutAttrs, DropoutInputs } from './kernels/dropout.ts';
import { replaceCall } from './replaceCall.ts';

/** The layer `dropout` of tfjs-layers. */
interface DropoutLayer {
  readonly rate: number;
  readonly seed?: number | null;
  readonly noiseShape?: readonly number[] | null;
}

/**
 * Lets `layers.dropout`, while training, draw its numbers and apply them in one kernel, with the same bits, while the
 * simd backend is in use. tfjs-core draws the numbers one by one in JavaScript.
 *
 * A layer that drops whole parts of its input (`noiseShape`) keeps its own way.
 *
 * @returns a function that restores the layer; undefined while tfjs-layers is not there.
 */
export function replaceDropout(): (() => void) | undefined {
  const restore = replaceCall<DropoutLayer>('Dropout', ({ rate, seed, noiseShape }, x, options) => {
    if (!options.training || noiseShape || !(rate > 0 && rate < 1)) return undefined;
    const attrs = { rate, seed: seed ?? Math.random() } satisfies DropoutAttrs;
    return tidy(() => {
      const outputs = engine().runKernel(
        'SimdDropout' satisfies SimdKernelName,
        { x } satisfies DropoutInputs,
        attrs,
      ) as unknown as [Tensor, Tensor];
      return outputs[0];
    });
  });
  if (!restore) return undefined;
  registerGradient(gradient);
  return () => {
    restore();
    if (getGradient(gradient.kernelName)) unregisterGradient(gradient.kernelName);
  };
}

const gradient: GradConfig = {
  kernelName: 'SimdDropout' satisfies SimdKernelName,
  outputsToSave: [false, true],
  gradFunc: (dys, [multipliers]) => ({
    x: () => mul((dys as Tensor[])[0]!, multipliers as Tensor),
  }),
};
