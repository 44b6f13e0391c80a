import { initializers } from '@tensorflow/tfjs-layers';

/** First weights that a seed determines. */
export function glorot(seed: number): ReturnType<typeof initializers.glorotUniform> {
  return initializers.glorotUniform({ seed });
}
