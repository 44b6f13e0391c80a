import type { Tuples } from '../tuples.ts';

/**
 * Removes the tuples in which an example is its own positive. The i-th example of the batch is row `rows[i]` of the set
 * from which positives come, such as a memory that already holds the batch.
 */
export function removeSelfComparisons<T extends Tuples>(tuples: T, rows: Int32Array): T;
export function removeSelfComparisons(tuples: Tuples, rows: Int32Array): Tuples {
  if ('anchor' in tuples) {
    const keep = others(tuples.anchor, tuples.positive, rows);
    const { anchor, positive, negative } = tuples;
    return {
      anchor: anchor.filter((_, i) => keep[i]),
      positive: positive.filter((_, i) => keep[i]),
      negative: negative.filter((_, i) => keep[i]),
    };
  }
  const keep = others(tuples.positiveAnchor, tuples.positive, rows);
  return {
    ...tuples,
    positiveAnchor: tuples.positiveAnchor.filter((_, i) => keep[i]),
    positive: tuples.positive.filter((_, i) => keep[i]),
  };
}

function others(anchors: Int32Array, positives: Int32Array, rows: Int32Array): boolean[] {
  return Array.from(anchors, (anchor, i) => rows[anchor] !== positives[i]);
}
