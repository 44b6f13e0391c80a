import type { initializers } from '@tensorflow/tfjs-layers';

/**
 * Initializers of first weights (He et al. 2015), which a seed decides: a function that makes the one of a layer, by the
 * layer's name. The same names and seed give the same weights.
 */
export function heUniform(
  seed: number,
): (name: string) => ReturnType<typeof initializers.heUniform>;
