import type { Tuples } from '../tuples.ts';

/**
 * Tuples without those in which an example is its own positive. `places[i]` says where the i-th example of the batch
 * stands in the set that positives and negatives come from, such as a memory that the batch has just entered.
 */
export function removeSelfComparisons<T extends Tuples>(tuples: T, places: Int32Array): T;
export function removeSelfComparisons(tuples: Tuples, places: Int32Array): Tuples {
  if ('anchor' in tuples) {
    const keep = others(tuples.anchor, tuples.positive, places);
    const { anchor, positive, negative } = tuples;
    return {
      anchor: anchor.filter((_, i) => keep[i]),
      positive: positive.filter((_, i) => keep[i]),
      negative: negative.filter((_, i) => keep[i]),
    };
  }
  const keep = others(tuples.positiveAnchor, tuples.positive, places);
  return {
    ...tuples,
    positiveAnchor: tuples.positiveAnchor.filter((_, i) => keep[i]),
    positive: tuples.positive.filter((_, i) => keep[i]),
  };
}

function others(anchors: Int32Array, positives: Int32Array, places: Int32Array): boolean[] {
  return Array.from(anchors, (anchor, i) => places[anchor] !== positives[i]);
}
