import { concat, dispose, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { InputSpec } from '../../data/openDataset.ts';
import { checkStream, pullBatches, type StreamDataset } from '../../data/streamDataset.ts';
import type { ForwardPass } from '../../networks/forwardPass.ts';
import type { Batch } from './batches.ts';
import { type LoadedBatch, loadBatch } from './batchFeed.ts';

/** All examples of a stream, embedded; the caller disposes the embeddings. */
export interface EmbeddedStream {
  readonly embeddings: Tensor2D;
  readonly labels: Int32Array;
  /** The batches as they came, with indices of all examples. */
  readonly batches: readonly Batch[];
}

/** Embeds one epoch of a stream in inference mode, batch by batch: its examples never lie in memory as a whole. */
export async function embedStream(
  where: string,
  data: StreamDataset,
  input: InputSpec,
  forward: ForwardPass,
  epoch: number,
  visit?: (batch: LoadedBatch, number: number) => Promise<void>,
): Promise<EmbeddedStream> {
  checkStream(where, data);
  const embedded: Tensor2D[] = [];
  const labels: number[] = [];
  const batches: Batch[] = [];
  try {
    for await (const given of pullBatches(where, data, epoch)) {
      const batch = await loadBatch(where, given, input, data, visit !== undefined);
      try {
        const count = batch.indices.length;
        embedded.push(tidy(() => forward(batch.examples(0, count), 'inference')));
        await visit?.(batch, batches.length);
        const indices = batch.indices.map((index) => index + labels.length);
        batches.push({ ...batch, indices });
        for (const label of batch.labels) {
          labels.push(given.labels === undefined ? labels.length : label);
        }
      } finally {
        batch.dispose();
      }
    }
    return { embeddings: concat(embedded, 0), labels: Int32Array.from(labels), batches };
  } finally {
    dispose(embedded);
  }
}
