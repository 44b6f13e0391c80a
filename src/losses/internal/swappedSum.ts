import { type AnchorSum, type AnchorTriplets, softplus } from './anchorSum.ts';

/** What each pair of a positive and a negative would add in place of `far`, [candidates, candidates]. */
export interface Swapped {
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
  readonly candidates: number;
  readonly swapped: Float32Array;
}

/**
 * `anchorSum` where each positive sees the negatives for itself: the larger of `far[j]` and `swapped[p, n]` counts.
 * The derivative by the latter, times `weight`, is added to `slopes`.
 */
export function swappedSum(
  { near, far, smooth, low, high }: AnchorTriplets,
  { positives, negatives, candidates, swapped }: Swapped,
  weight: number,
  slopes: Float32Array,
): AnchorSum {
  const nearSlopes = new Float64Array(near.length);
  const farSlopes = new Float64Array(far.length);
  const zeroCounts = low < 0 && high > 0;
  let [total, counted] = [0, 0];
  for (let i = 0; i < near.length; i++) {
    const from = (positives[i] as number) * candidates;
    for (let j = 0; j < far.length; j++) {
      const place = from + (negatives[j] as number);
      const swaps = (swapped[place] as number) > (far[j] as number);
      const excess = (near[i] as number) + ((swaps ? swapped[place] : far[j]) as number);
      if (!smooth && excess <= 0) {
        if (zeroCounts) counted++;
        continue;
      }
      const loss = smooth ? softplus(excess) : excess;
      if (!(loss > low && loss < high)) continue;
      counted++;
      total += loss;
      const rise = smooth ? 1 / (1 + Math.exp(-excess)) : 1;
      nearSlopes[i] = (nearSlopes[i] as number) + rise;
      if (swaps) slopes[place] = (slopes[place] as number) + weight * rise;
      else farSlopes[j] = (farSlopes[j] as number) + rise;
    }
  }
  return { total, counted, near: nearSlopes, far: farSlopes };
}
