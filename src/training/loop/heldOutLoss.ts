import { gather, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { Batch } from './batches.ts';
import type { Objective } from './objective.ts';

/**
 * The mean loss over batches of a set that is already embedded: each example is embedded once, however many
 * triplets it is in.
 */
export async function heldOutLoss(
  embeddings: Tensor2D,
  batches: readonly Batch[],
  objective: Objective,
): Promise<number> {
  let [sum, weights] = [0, 0];
  for (const batch of batches) {
    const loss = tidy(() => {
      const rows = gather<Tensor2D>(embeddings, tensor1d(batch.indices, 'int32'));
      return objective(rows, batch);
    });
    const [value = Number.NaN] = await loss.data();
    loss.dispose();
    sum += value * batch.weight;
    weights += batch.weight;
  }
  return sum / weights;
}
