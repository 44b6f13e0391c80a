import { firstIndex } from '../../internal/firstIndex.ts';

/**
 * The triplets of one anchor: the excess of positive i and negative j is `near[i] + far[j]`, and its loss
 * max(0, excess), or with `smooth` log(1 + exp(excess)). Only losses above `low` and below `high` count.
 */
export interface AnchorTriplets {
  readonly near: Float64Array;
  readonly far: Float64Array;
  readonly smooth: boolean;
  readonly low: number;
  readonly high: number;
}

/** Sums over the triplets of an anchor that count. */
export interface AnchorSum {
  /** Of their losses. */
  readonly total: number;
  readonly counted: number;
  /** The derivative of the total by each of `near`. */
  readonly near: Float64Array;
  /** The derivative of the total by each of `far`. */
  readonly far: Float64Array;
}

/** Sums up, by the quickest way that gives the exact sums. */
export function anchorSum(triplets: AnchorTriplets): AnchorSum {
  const { near, far, smooth, low, high } = triplets;
  if (!smooth) return near.length > worthSorting ? sortedSum(triplets) : plainSum(triplets);
  const tame = near.every(isTame) && far.every(isTame);
  return low <= 0 && high === Number.POSITIVE_INFINITY && tame
    ? productSum(triplets)
    : plainSum(triplets);
}

const worthSorting = 12; // positives from which sorting the negatives pays

/** Triplet by triplet. */
export function plainSum({ near, far, smooth, low, high }: AnchorTriplets): AnchorSum {
  const slopes = { near: new Float64Array(near.length), far: new Float64Array(far.length) };
  const zeroCounts = low < 0 && high > 0;
  let [total, counted] = [0, 0];
  for (let i = 0; i < near.length; i++) {
    let slope = 0;
    for (let j = 0; j < far.length; j++) {
      const excess = (near[i] as number) + (far[j] as number);
      if (!smooth && excess <= 0) {
        if (zeroCounts) counted++;
        continue;
      }
      const loss = smooth ? softplus(excess) : excess;
      if (!(loss > low && loss < high)) continue;
      counted++;
      total += loss;
      const rise = smooth ? 1 / (1 + Math.exp(-excess)) : 1;
      slope += rise;
      slopes.far[j] = (slopes.far[j] as number) + rise;
    }
    slopes.near[i] = slope;
  }
  return { total, counted, ...slopes };
}

/** Without `smooth`: the partners that count with a given one are a run of the others, once these are sorted. */
export function sortedSum({ near, far, low, high }: AnchorTriplets): AnchorSum {
  const [nears, fars] = [near.slice().sort(), far.slice().sort()];
  const sums = new Float64Array(fars.length + 1);
  for (let j = 0; j < fars.length; j++) sums[j + 1] = (sums[j] as number) + (fars[j] as number);

  const least = Math.max(low, 0);
  const zeroCounts = low < 0 && high > 0;
  const runs = { near: new Float64Array(near.length), far: new Float64Array(far.length) };
  let [total, counted] = [0, 0];
  for (let i = 0; i < near.length; i++) {
    const x = near[i] as number;
    const start = firstAbove(fars, least - x);
    const end = high === Number.POSITIVE_INFINITY ? fars.length : firstFrom(fars, high - x);
    if (zeroCounts) counted += firstAbove(fars, -x);
    if (end <= start) continue;
    runs.near[i] = end - start;
    counted += end - start;
    total += (end - start) * x + ((sums[end] as number) - (sums[start] as number));
  }
  for (let j = 0; j < far.length; j++) {
    const x = far[j] as number;
    const start = firstAbove(nears, least - x);
    const end = high === Number.POSITIVE_INFINITY ? nears.length : firstFrom(nears, high - x);
    if (end > start) runs.far[j] = end - start;
  }
  return { total, counted, ...runs };
}

/** With `smooth`, where all triplets count: log(1 + exp(x + y)) by products of exp(x) and exp(y). */
export function productSum({ near, far }: AnchorTriplets): AnchorSum {
  const slopes = { near: new Float64Array(near.length), far: new Float64Array(far.length) };
  const grown = far.map(Math.exp);
  let total = 0;
  for (let i = 0; i < near.length; i++) {
    const growth = Math.exp(near[i] as number);
    let product = 1; // of 1 + exp(excess): one logarithm for many triplets
    let slope = 0;
    for (let j = 0; j < grown.length; j++) {
      const odds = growth * (grown[j] as number);
      product *= 1 + odds;
      if (product > 1e200) {
        total += Math.log(product);
        product = 1;
      }
      const rise = odds / (1 + odds);
      slope += rise;
      slopes.far[j] = (slopes.far[j] as number) + rise;
    }
    total += Math.log(product);
    slopes.near[i] = slope;
  }
  return { total, counted: near.length * far.length, ...slopes };
}

/** Whether products of two exponentials stay within the range of numbers. */
function isTame(x: number): boolean {
  return Math.abs(x) < 100;
}

/** log(1 + exp(x)), for any x. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The place of the first value above a limit. */
function firstAbove(sorted: Float64Array, limit: number): number {
  return firstIndex(sorted.length, (i) => (sorted[i] as number) > limit);
}

/** The place of the first value that is a limit or above it. */
function firstFrom(sorted: Float64Array, limit: number): number {
  return firstIndex(sorted.length, (i) => (sorted[i] as number) >= limit);
}
