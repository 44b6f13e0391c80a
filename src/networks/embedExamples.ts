import { concat, dispose, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { ExampleSource } from '../data/exampleSource.ts';
import type { ForwardPass } from './forwardPass.ts';

/** Examples embedded at a time, where the caller does not say. */
export const embedBatch = 256;

/** All examples through the network in inference mode, `batchSize` at a time: [count, dims]. */
export function embedExamples(
  forward: ForwardPass,
  source: ExampleSource,
  batchSize: number = embedBatch,
): Tensor2D {
  const parts: Tensor2D[] = [];
  try {
    for (let start = 0; start < source.count; start += batchSize) {
      const end = Math.min(start + batchSize, source.count);
      parts.push(tidy(() => forward(source.range(start, end), 'inference')));
    }
    return concat(parts, 0);
  } finally {
    dispose(parts);
  }
}
