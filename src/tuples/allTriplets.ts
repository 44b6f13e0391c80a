import { checkClassIds } from './internal/checkClassIds.ts';
import { listAt, type Partners, partnersFromLabels, tripletCount } from './internal/partners.ts';
import type { Triplets } from './tuples.ts';

/**
 * Every triplet of a batch: up to batch * (batch - 1) * (batch - 2) triplets, which need memory.
 *
 * Positives and negatives are indices into `candidateLabels`. Without `candidateLabels` they are indices into the batch.
 * Triplets are ordered by anchor, then by positive, then by negative.
 *
 * @throws MetricLearningError if the labels are no Int32Array.
 * @example
 * allTriplets(Int32Array.of(0, 0, 1)); // triplets (0, 1, 2), (1, 0, 2)
 */
export function allTriplets(labels: Int32Array, candidateLabels?: Int32Array): Triplets {
  checkClassIds('allTriplets', 'labels', labels);
  if (candidateLabels !== undefined)
    checkClassIds('allTriplets', 'candidateLabels', candidateLabels);
  return tripletsOf(partnersFromLabels(labels, candidateLabels));
}

/** The list of the triplets that partners stand for. */
export function tripletsOf(partners: Partners): Triplets {
  const count = tripletCount(partners);
  const anchor = new Int32Array(count);
  const positive = new Int32Array(count);
  const negative = new Int32Array(count);
  let start = 0;
  for (let a = 0; a + 1 < partners.positives.starts.length; a++) {
    const negatives = listAt(partners.negatives, a);
    if (negatives.length === 0) continue;
    for (const p of listAt(partners.positives, a)) {
      const end = start + negatives.length;
      anchor.fill(a, start, end);
      positive.fill(p, start, end);
      negative.set(negatives, start);
      start = end;
    }
  }
  return { anchor, positive, negative };
}
