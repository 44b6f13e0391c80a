import { relu6 } from '@tensorflow/tfjs-core';
import { replaceCall } from './replaceCall.ts';

/** The layer `reLU` of tfjs-layers. */
interface ReluLayer {
  readonly maxValue?: number | null;
}

/**
 * Lets `layers.reLU({ maxValue: 6 })`, the activation of MobileNet, be one operation in place of two, while the simd
 * backend is in use.
 *
 * @returns a function that restores the layer; undefined while tfjs-layers is not there.
 */
export function replaceRelu(): (() => void) | undefined {
  return replaceCall<ReluLayer>('ReLU', ({ maxValue }, x) =>
    maxValue === 6 ? relu6(x) : undefined,
  );
}
