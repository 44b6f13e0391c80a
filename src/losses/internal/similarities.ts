import { neg, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import type { LossBatch } from '../lossBatch.ts';

/** How near each candidate is to each anchor, [batch, candidates], larger is nearer: distances with their sign turned. */
export function similarities(distance: Distance, batch: LossBatch): Tensor2D {
  const matrix = distance.matrix(batch.embeddings, batch.reference);
  return distance.inverted ? matrix : neg(matrix);
}
