import { areTriplets, checkTuples } from './internal/checkTuples.ts';
import { listAt, partnersFromPairs } from './internal/partners.ts';
import type { Pairs, Triplets, Tuples } from './tuples.ts';

/**
 * Tuples as pairs: a triplet (a, p, n) gives the positive pair (a, p) and the negative pair (a, n). A pair that is in
 * several triplets is repeated.
 *
 * @throws MetricLearningError if the tuples are neither triplets nor pairs.
 * @example
 * const pairs = toPairs(batchHardMiner().mine(embeddings, labels));
 */
export function toPairs(tuples: Tuples): Pairs {
  checkTuples('toPairs', tuples);
  if (!areTriplets('toPairs', tuples)) return tuples;
  const { anchor, positive, negative } = tuples;
  return { positiveAnchor: anchor, positive, negativeAnchor: anchor, negative };
}

/**
 * Tuples as triplets: each positive pair together with each negative pair of the same anchor.
 *
 * @throws MetricLearningError if the tuples are neither triplets nor pairs.
 * @example
 * const triplets = toTriplets(hdcMiner().mine(embeddings, labels));
 */
export function toTriplets(tuples: Tuples): Triplets {
  checkTuples('toTriplets', tuples);
  if (areTriplets('toTriplets', tuples)) return tuples;
  const { positiveAnchor, positive, negativeAnchor } = tuples;
  let anchors = 0;
  for (const anchor of positiveAnchor) anchors = Math.max(anchors, anchor + 1);
  for (const anchor of negativeAnchor) anchors = Math.max(anchors, anchor + 1);
  const { negatives } = partnersFromPairs(tuples, anchors);
  const lists = Array.from(positiveAnchor, (anchor) => listAt(negatives, anchor));
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  const triplets = {
    anchor: new Int32Array(count),
    positive: new Int32Array(count),
    negative: new Int32Array(count),
  };
  let start = 0;
  lists.forEach((list, i) => {
    const end = start + list.length;
    triplets.anchor.fill(positiveAnchor[i]!, start, end);
    triplets.positive.fill(positive[i]!, start, end);
    triplets.negative.set(list, start);
    start = end;
  });
  return triplets;
}
