import type { GradConfig } from '@tensorflow/tfjs-core';

/** A gradient that the simd backend computes in another way than the `former` one. */
export interface SimdGradient {
  readonly kernelName: string;
  config(former: GradConfig): Omit<GradConfig, 'kernelName'>;
}
