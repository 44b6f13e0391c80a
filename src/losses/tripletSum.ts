import { anchorWeights, divisorOf, type Weighting } from '../reducers/weighting.ts';
import { type Partners, tripletCount } from '../tuples/partners.ts';

/**
 * What triplets are made of, as plain numbers: the triplet of anchor a, positive p and negative n has the excess
 * `positive[a, p] + negative[a, n]`, and where `swapped` is given, with the larger of `negative[a, n]` and
 * `swapped[p, n]` in place of the latter. Its loss is max(0, excess), or with `smooth` log(1 + exp(excess)).
 */
export interface TripletNumbers {
  readonly partners: Partners;
  readonly candidates: number;
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly swapped?: Float32Array;
  readonly smooth: boolean;
  readonly divisor?: number;
}

/** The reduced loss, and its derivative by each number it is made of. */
export interface TripletSum {
  readonly value: number;
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly swapped: Float32Array;
}

/**
 * The weighted sum over all triplets that partners stand for, one anchor at a time: their list, which grows with the
 * cube of the batch, is never made.
 */
export function tripletSum(
  numbers: TripletNumbers,
  weighting: Weighting,
  labels: Int32Array | null,
): TripletSum {
  const { partners, candidates, positive, negative, smooth } = numbers;
  const { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY } = weighting;
  const byClass = weighting.classWeights && anchorWeights(weighting, labels);
  const swapped = numbers.swapped ?? new Float32Array(0);
  const swaps = numbers.swapped !== undefined;
  const zeroCounts = above < 0 && below > 0;
  const { starts: firstPositive, items: positives } = partners.positives;
  const { starts: firstNegative, items: negatives } = partners.negatives;

  const slopes = {
    positive: new Float32Array(positive.length),
    negative: new Float32Array(negative.length),
    swapped: new Float32Array(swapped.length),
  };
  const reach = new Float64Array(candidates); // negative[a, n] of the anchor at hand, side by side
  const share = new Float64Array(candidates);
  let total = 0;
  let counted = 0;

  for (let a = 0; a + 1 < firstPositive.length; a++) {
    const weight = byClass?.[a] ?? 1;
    const start = firstNegative[a] as number;
    const count = (firstNegative[a + 1] as number) - start;
    for (let k = 0; k < count; k++) {
      reach[k] = negative[a * candidates + (negatives[start + k] as number)] as number;
    }
    share.fill(0, 0, count);
    for (let i = firstPositive[a] as number; i < (firstPositive[a + 1] as number); i++) {
      const p = positives[i] as number;
      const near = positive[a * candidates + p] as number;
      let slope = 0;
      for (let k = 0; k < count; k++) {
        let far = reach[k] as number;
        let place = -1;
        if (swaps) {
          const at = p * candidates + (negatives[start + k] as number);
          if ((swapped[at] as number) > far) {
            far = swapped[at] as number;
            place = at;
          }
        }
        const excess = near + far;
        if (!smooth && excess <= 0) {
          if (zeroCounts) counted++;
          continue;
        }
        const loss = smooth ? softplus(excess) : excess;
        if (!(loss > above && loss < below)) continue;
        counted++;
        total += weight * loss;
        const rise = smooth ? 1 / (1 + Math.exp(-excess)) : 1;
        slope += rise;
        if (place < 0) share[k] = (share[k] as number) + rise;
        else slopes.swapped[place] = (slopes.swapped[place] as number) + weight * rise;
      }
      slopes.positive[a * candidates + p] =
        (slopes.positive[a * candidates + p] as number) + weight * slope;
    }
    for (let k = 0; k < count; k++) {
      const at = a * candidates + (negatives[start + k] as number);
      slopes.negative[at] = (slopes.negative[at] as number) + weight * (share[k] as number);
    }
  }

  const divisor = divisorFor(weighting, counted, numbers);
  const scale = divisor === 0 ? 0 : 1 / divisor;
  for (const list of Object.values(slopes)) {
    for (let i = 0; i < list.length; i++) list[i] = (list[i] as number) * scale;
  }
  return { value: total * scale, ...slopes };
}

function divisorFor(weighting: Weighting, counted: number, numbers: TripletNumbers): number {
  switch (weighting.divideBy) {
    case 'counted':
      return counted;
    case 'all':
      return tripletCount(numbers.partners);
    case 'divisor':
      return divisorOf(weighting, { name: 'loss', ...numbers });
    case 'one':
      return 1;
  }
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
