import { gather, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { onHost, readForHost } from '../../ops/onHost.ts';
import type { Batch } from './batches.ts';
import type { GradientParts } from './gradients.ts';

/** What the loss of embeddings is computed with. */
export type Judge = Pick<GradientParts, 'objective' | 'parameters'>;

/**
 * The mean loss over batches of a set that is already embedded: each example is embedded once, however many
 * triplets it is in.
 */
export async function heldOutLoss(
  embeddings: Tensor2D,
  batches: readonly Batch[],
  judge: Judge,
): Promise<number> {
  let [sum, weights] = [0, 0];
  for (const batch of batches) {
    const rows = tidy(() => gather<Tensor2D>(embeddings, tensor1d(batch.indices, 'int32')));
    sum += (await lossOf(rows, batch, judge)) * batch.weight;
    weights += batch.weight;
  }
  return sum / weights;
}

/** The loss of a batch that is embedded, off the tape; the embeddings are disposed. */
export async function lossOf(
  embeddings: Tensor2D,
  batch: Batch,
  { objective, parameters }: Judge,
): Promise<number> {
  try {
    await readForHost([embeddings, ...parameters]);
    const loss = onHost('TripletModel', () => tidy(() => objective(embeddings, batch)));
    const [value = Number.NaN] = await loss.data();
    loss.dispose();
    return value;
  } finally {
    embeddings.dispose();
  }
}
