import { allPairs } from '../allPairs.ts';
import { toPairs } from '../convertTuples.ts';
import type { Tuples } from '../tuples.ts';

/** One positive pair for each class: the i-th is (anchor[i], positive[i]). */
export interface PositivePairs {
  readonly anchor: Int32Array;
  readonly positive: Int32Array;
}

/**
 * The first positive pair of each class, in the order of class ids: from the tuples, or from all pairs when there are no
 * tuples.
 */
export function uniquePositivePairs(labels: Int32Array, tuples?: Tuples): PositivePairs {
  const { positiveAnchor, positive } = tuples === undefined ? allPairs(labels) : toPairs(tuples);
  const firstOf = new Map<number, number>();
  positiveAnchor.forEach((anchor, i) => {
    const label = labels[anchor]!;
    if (!firstOf.has(label)) firstOf.set(label, i);
  });
  const chosen = Int32Array.from([...firstOf].sort(([a], [b]) => a - b).map(([, i]) => i));
  return {
    anchor: chosen.map((i) => positiveAnchor[i]!),
    positive: chosen.map((i) => positive[i]!),
  };
}
