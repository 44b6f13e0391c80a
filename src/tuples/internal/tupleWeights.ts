import type { Tuples } from '../tuples.ts';

/**
 * The weight of each of `count` examples: its number of occurrences in the tuples, divided by the largest such number.
 *
 * Without tuples all weights are 1. With `anchorsOnly`, only occurrences as an anchor count.
 */
export function tupleWeights(
  tuples: Tuples | undefined,
  count: number,
  anchorsOnly = false,
): Float32Array {
  const weights = new Float32Array(count);
  for (const indices of columns(tuples, anchorsOnly)) {
    for (const index of indices) weights[index] = weights[index]! + 1;
  }
  let most = 0;
  for (const weight of weights) if (weight > most) most = weight;
  return most === 0 ? weights.fill(1) : weights.map((weight) => weight / most);
}

function columns(tuples: Tuples | undefined, anchorsOnly: boolean): readonly Int32Array[] {
  if (tuples === undefined) return [];
  if ('anchor' in tuples) {
    const { anchor, positive, negative } = tuples;
    return anchorsOnly ? [anchor] : [anchor, positive, negative];
  }
  const { positiveAnchor, positive, negativeAnchor, negative } = tuples;
  return anchorsOnly
    ? [positiveAnchor, negativeAnchor]
    : [positiveAnchor, positive, negativeAnchor, negative];
}
