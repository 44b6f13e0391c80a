import { concat, dispose, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ExampleSource } from '../data/exampleSource.ts';

/** All examples through the network in inference mode, `batchSize` at a time: [count, dims]. */
export function embedExamples(
  base: LayersModel,
  source: ExampleSource,
  batchSize: number,
): Tensor2D {
  const parts: Tensor2D[] = [];
  try {
    for (let start = 0; start < source.count; start += batchSize) {
      const end = Math.min(start + batchSize, source.count);
      parts.push(tidy(() => base.apply(source.range(start, end), { training: false }) as Tensor2D));
    }
    return concat(parts, 0);
  } finally {
    dispose(parts);
  }
}
