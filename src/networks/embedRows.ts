import { tidy } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../data/embeddings.ts';
import type { ExampleSource } from '../data/exampleSource.ts';
import { yieldToEvents } from '../internal/yieldToEvents.ts';
import type { ForwardPass } from './forwardPass.ts';

/** What happens between two batches. */
export interface EmbedPauses {
  readonly batchSize: number;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The embeddings of examples as numbers; events are served between two batches, and no tensor is held meanwhile. */
export async function embedRows(
  forward: ForwardPass,
  source: ExampleSource,
  dims: number,
  { batchSize, onProgress, signal }: EmbedPauses,
): Promise<EmbeddingRows> {
  const { count } = source;
  const data = new Float32Array(count * dims);
  signal?.throwIfAborted();
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const part = tidy(() => forward(source.range(start, end), 'inference'));
    try {
      data.set(await part.data(), start * dims);
    } finally {
      part.dispose();
    }
    onProgress?.(end, count);
    await yieldToEvents();
    signal?.throwIfAborted();
  }
  return { data, shape: [count, dims] };
}
