import type { Pairs } from '../../tuples/tuples.ts';
import type { DistanceTable } from './distanceTable.ts';
import { indexList } from './indexList.ts';

/**
 * The hard pairs of each anchor: positives farther than `positivesAbove(anchor)`, and negatives nearer than
 * `negativesBelow(anchor)`.
 */
export function selectPairs(
  { values, labels, candidateLabels, copies }: DistanceTable,
  positivesAbove: (anchor: number) => number,
  negativesBelow: (anchor: number) => number,
): Pairs {
  const candidates = candidateLabels.length;
  const positiveAnchor = indexList();
  const positive = indexList();
  const negativeAnchor = indexList();
  const negative = indexList();
  for (let anchor = 0; anchor < labels.length; anchor++) {
    const label = labels[anchor];
    const above = positivesAbove(anchor);
    const below = negativesBelow(anchor);
    for (let other = 0; other < candidates; other++) {
      const d = values[anchor * candidates + other]!;
      if (candidateLabels[other] !== label) {
        if (d < below) {
          negativeAnchor.push(anchor);
          negative.push(other);
        }
      } else if (d > above && other !== copies[anchor]) {
        positiveAnchor.push(anchor);
        positive.push(other);
      }
    }
  }
  return {
    positiveAnchor: positiveAnchor.toArray(),
    positive: positive.toArray(),
    negativeAnchor: negativeAnchor.toArray(),
    negative: negative.toArray(),
  };
}
