import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { Triplets } from '../tuples/tuples.ts';
import { checkBatch } from './internal/checkBatch.ts';
import { readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

const where = 'embeddingsAlreadyPackagedAsTriplets';

/**
 * The triplets (0, 1, 2), (3, 4, 5) and so on, for batches whose rows are anchor, positive, negative, anchor, positive,
 * negative. The labels make no difference.
 *
 * @throws MetricLearningError (at use) if the batch is no multiple of 3, or if a reference set is given: all three
 * members of a triplet are in the batch.
 * @example
 * const triplets = embeddingsAlreadyPackagedAsTriplets().mine(embeddings, labels);
 */
export function embeddingsAlreadyPackagedAsTriplets(): Miner<Triplets> {
  return {
    name: where,
    mine(embeddings, labels, options) {
      const { reference } = readMineOptions(where, options);
      checkBatch(where, embeddings, labels);
      const [batch] = embeddings.shape;
      if (batch % 3 !== 0) {
        throw new MetricLearningError({
          where,
          expected: 'rows of anchor, positive, negative in turn: a multiple of 3',
          got: `${batch} embeddings`,
        });
      }
      if (reference !== undefined) {
        throw new MetricLearningError({
          where,
          expected: 'no reference set (the triplets lie within the batch)',
          got: `one of ${reference.embeddings.shape[0]} embeddings`,
        });
      }
      const everyThird = (first: number): Int32Array =>
        new Int32Array(batch / 3).map((_, t) => 3 * t + first);
      return { anchor: everyThird(0), positive: everyThird(1), negative: everyThird(2) };
    },
  };
}
