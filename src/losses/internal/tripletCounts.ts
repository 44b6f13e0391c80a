import type { Partners } from '../../tuples/internal/partners.ts';
import type { Triplets } from '../../tuples/tuples.ts';

/** How many triplets each of `anchors` anchors has. */
export function tripletsOfAnchors(triplets: Triplets | Partners, anchors: number): Float32Array {
  const counts = new Float32Array(anchors);
  if ('anchor' in triplets) {
    for (const anchor of triplets.anchor) counts[anchor] = (counts[anchor] as number) + 1;
    return counts;
  }
  const [p, n] = [triplets.positives.starts, triplets.negatives.starts];
  return counts.map((_, a) => lengthAt(p, a) * lengthAt(n, a));
}

/**
 * How many of the triplets' terms are above 0: `positive[a, p]` and `negative[a, n]` of each triplet, both of shape
 * [anchors, candidates].
 */
export function activeTerms(
  triplets: Triplets | Partners,
  positive: Float32Array,
  negative: Float32Array,
  candidates: number,
): number {
  const active = (terms: Float32Array, anchor: number, partner: number): number =>
    (terms[anchor * candidates + partner] as number) > 0 ? 1 : 0;
  let count = 0;
  if ('anchor' in triplets) {
    triplets.anchor.forEach((a, i) => {
      count += active(positive, a, triplets.positive[i] as number);
      count += active(negative, a, triplets.negative[i] as number);
    });
    return count;
  }
  const { positives, negatives } = triplets;
  for (let a = 0; a + 1 < positives.starts.length; a++) {
    // each positive is in as many triplets as the anchor has negatives, and the other way round
    const [ofPositive, ofNegative] = [lengthAt(negatives.starts, a), lengthAt(positives.starts, a)];
    for (let i = positives.starts[a] as number; i < (positives.starts[a + 1] as number); i++) {
      count += ofPositive * active(positive, a, positives.items[i] as number);
    }
    for (let i = negatives.starts[a] as number; i < (negatives.starts[a + 1] as number); i++) {
      count += ofNegative * active(negative, a, negatives.items[i] as number);
    }
  }
  return count;
}

function lengthAt(starts: Int32Array, i: number): number {
  return (starts[i + 1] as number) - (starts[i] as number);
}
