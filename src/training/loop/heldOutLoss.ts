import { gather, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { Batch } from './batches.ts';
import type { Objective } from './objective.ts';
import { weightedMean } from './weightedMean.ts';

/**
 * The mean loss over batches of a set that is already embedded: each example is embedded once, however many
 * triplets it is in.
 */
export async function heldOutLoss(
  embeddings: Tensor2D,
  batches: readonly Batch[],
  objective: Objective,
): Promise<number> {
  const mean = weightedMean();
  for (const batch of batches) {
    const loss = tidy(() => {
      const rows = gather<Tensor2D>(embeddings, tensor1d(batch.indices, 'int32'));
      return objective(rows, batch);
    });
    const [value = Number.NaN] = await loss.data();
    loss.dispose();
    mean.add(value, batch.weight);
  }
  return mean.value();
}
