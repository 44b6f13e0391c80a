import { concat, dispose, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { BatchSource, ExampleSource } from '../data/exampleSource.ts';
import { prefetch } from '../data/prefetch.ts';
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

/** The same of examples that may have to be read: the next batch is read while this one is embedded. */
export async function embedSource(
  forward: ForwardPass,
  source: BatchSource,
  batchSize: number = embedBatch,
): Promise<Tensor2D> {
  if (!source.lazy) return embedExamples(forward, source as ExampleSource, batchSize);
  const starts = batchStarts(source.count, batchSize);
  const read = (start: number) => source.range(start, Math.min(start + batchSize, source.count));
  const parts: Tensor2D[] = [];
  try {
    for await (const [, examples] of prefetch(starts, read)) {
      try {
        parts.push(forward(examples, 'inference'));
      } finally {
        examples.dispose();
      }
    }
    return concat(parts, 0);
  } finally {
    dispose(parts);
  }
}

/** Where the batches begin. */
export function batchStarts(count: number, batchSize: number): number[] {
  return Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => i * batchSize);
}
