import type { Random } from '../../random/createRandom.ts';
import {
  type Partners,
  partnersFromLabels,
  partnersFromPairs,
} from '../../tuples/internal/partners.ts';
import { randomTriplets } from '../../tuples/internal/randomTriplets.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import type { LossBatch } from '../lossBatch.ts';

/** The triplets a loss is to look at: a list, or the partners that stand for each anchor's. */
export function tripletsOfBatch(
  batch: LossBatch,
  perAnchor: number | 'all' = 'all',
  random?: Random,
): Triplets | Partners {
  if (batch.tuples !== undefined) {
    if ('anchor' in batch.tuples) return batch.tuples;
    return partnersFromPairs(batch.tuples, batch.embeddings.shape[0]);
  }
  const { labels, candidateLabels, reference } = batch;
  const partners = partnersFromLabels(
    labels as Int32Array,
    reference && (candidateLabels as Int32Array),
  );
  return perAnchor === 'all' || random === undefined
    ? partners
    : randomTriplets(partners, perAnchor, random);
}

/** Whether there is no triplet at all. */
export function noTriplet(triplets: Triplets | Partners): boolean {
  if ('anchor' in triplets) return triplets.anchor.length === 0;
  const { positives, negatives } = triplets;
  for (let i = 0; i + 1 < positives.starts.length; i++) {
    if (
      (positives.starts[i] as number) < (positives.starts[i + 1] as number) &&
      (negatives.starts[i] as number) < (negatives.starts[i + 1] as number)
    ) {
      return false;
    }
  }
  return true;
}
