import { firstIndex } from '../../internal/firstIndex.ts';
import { divisorOf, rowWeights } from '../../reducers/rowWeights.ts';
import type { Weighting } from '../../reducers/weighting.ts';
import { listAt, type Partners, tripletCount } from '../../tuples/internal/partners.ts';

/**
 * The terms of triplets as plain numbers: matrices in row-major order.
 *
 * The triplet of anchor a, positive p and negative n has the margin violation `positive[a, p] + negative[a, n]`. With
 * `swapped`, the larger of `negative[a, n]` and `swapped[p, n]` is the second term. The loss of the triplet is
 * `max(0, violation)`, or with `smooth` `log(1 + exp(violation))`.
 */
export interface TripletNumbers {
  readonly partners: Partners;
  /** The number of columns of `positive` and `negative`. */
  readonly candidates: number;
  /** [anchors, candidates]. */
  readonly positive: Float32Array;
  /** [anchors, candidates]. */
  readonly negative: Float32Array;
  /** [candidates, candidates]. */
  readonly swapped?: Float32Array;
  readonly smooth: boolean;
  readonly divisor?: number;
}

/** The reduced loss, and its derivative by each term. */
export interface TripletSum {
  readonly value: number;
  /** The number of triplets that count. */
  readonly counted: number;
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly swapped: Float32Array;
}

/**
 * The weighted sum over all triplets that the partners stand for, one anchor at a time: their list, which grows with
 * the cube of the batch, is never made.
 */
export function tripletSum(
  numbers: TripletNumbers,
  weighting: Weighting,
  labels: Int32Array | null,
): TripletSum {
  const { partners, candidates, swapped } = numbers;
  const classWeights = weighting.classWeights && rowWeights(weighting, {}, labels);
  const gradients = {
    positive: new Float32Array(numbers.positive.length),
    negative: new Float32Array(numbers.negative.length),
    swapped: new Float32Array(swapped?.length ?? 0),
  };
  let [total, counted] = [0, 0];
  for (let a = 0; a + 1 < partners.positives.starts.length; a++) {
    const start = a * candidates;
    const weight = classWeights?.[a] ?? 1;
    const positives = listAt(partners.positives, a);
    const negatives = listAt(partners.negatives, a);
    if (positives.length === 0 || negatives.length === 0) continue;
    const sum = anchorSum({
      near: pickNumbers(numbers.positive, start, positives),
      far: pickNumbers(numbers.negative, start, negatives),
      smooth: numbers.smooth,
      low: weighting.above ?? Number.NEGATIVE_INFINITY,
      high: weighting.below ?? Number.POSITIVE_INFINITY,
      ...(swapped && {
        swap: { swapped, candidates, positives, negatives, weight, gradient: gradients.swapped },
      }),
    });
    positives.forEach((p, i) => {
      addTo(gradients.positive, start + p, weight * sum.near[i]!);
    });
    negatives.forEach((n, j) => {
      addTo(gradients.negative, start + n, weight * sum.far[j]!);
    });
    total += weight * sum.total;
    counted += sum.counted;
  }
  const divisor = divisorFor(weighting, counted, numbers);
  const scale = divisor === 0 ? 0 : 1 / divisor;
  for (const gradient of Object.values(gradients)) {
    for (let i = 0; i < gradient.length; i++) gradient[i] = gradient[i]! * scale;
  }
  return { value: total * scale, counted, ...gradients };
}

function pickNumbers(matrix: Float32Array, start: number, columns: Int32Array): Float64Array {
  const picked = new Float64Array(columns.length);
  for (let i = 0; i < columns.length; i++) {
    picked[i] = matrix[start + columns[i]!]!;
  }
  return picked;
}

function addTo(list: Float32Array | Float64Array, index: number, value: number): void {
  list[index] = list[index]! + value;
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

/**
 * The triplets of one anchor. The margin violation of positive i and negative j is `near[i] + far[j]`; only losses
 * above `low` and below `high` count.
 */
export interface AnchorTriplets {
  readonly near: Float64Array;
  readonly far: Float64Array;
  readonly smooth: boolean;
  readonly low: number;
  readonly high: number;
  readonly swap?: Swap;
}

/** What the negatives of an anchor add when they are seen from its positives. */
interface Swap {
  /** [candidates, candidates]: replaces `far[j]` where it is larger. */
  readonly swapped: Float32Array;
  readonly candidates: number;
  /** The rows of the positives in `swapped`. */
  readonly positives: Int32Array;
  /** The columns of the negatives in `swapped`. */
  readonly negatives: Int32Array;
  /** The derivatives by `swapped` times this number are added to `gradient`. */
  readonly weight: number;
  readonly gradient: Float32Array;
}

/** Sums over the triplets of an anchor that count. */
export interface AnchorSum {
  /** The sum of the losses. */
  readonly total: number;
  readonly counted: number;
  /** The derivatives of the total by `near`. */
  readonly near: Float64Array;
  /** The derivatives of the total by `far`. */
  readonly far: Float64Array;
}

/** The sums over the triplets of an anchor, by the quickest way that gives exact sums. */
function anchorSum(triplets: AnchorTriplets): AnchorSum {
  const { near, far, smooth, low, high } = triplets;
  if (triplets.swap !== undefined) return sumByTriplet(triplets);
  if (!smooth) return near.length > worthSorting ? sumBySorting(triplets) : sumByTriplet(triplets);
  const moderate = near.every(isModerate) && far.every(isModerate);
  return low <= 0 && high === Number.POSITIVE_INFINITY && moderate
    ? sumByProducts(triplets)
    : sumByTriplet(triplets);
}

const worthSorting = 12; // with more positives, sorting the negatives is quicker

/** The sums, triplet by triplet. */
export function sumByTriplet({ near, far, smooth, low, high, swap }: AnchorTriplets): AnchorSum {
  const gradients = { near: new Float64Array(near.length), far: new Float64Array(far.length) };
  const zeroCounts = low < 0 && high > 0;
  let [total, counted] = [0, 0];
  for (let i = 0; i < near.length; i++) {
    const row = swap === undefined ? 0 : swap.positives[i]! * swap.candidates;
    for (let j = 0; j < far.length; j++) {
      let farther = far[j]!;
      let index = -1;
      if (swap !== undefined) {
        const at = row + swap.negatives[j]!;
        if (swap.swapped[at]! > farther) {
          farther = swap.swapped[at]!;
          index = at;
        }
      }
      const violation = near[i]! + farther;
      if (!smooth && violation <= 0) {
        if (zeroCounts) counted++;
        continue;
      }
      const loss = smooth ? softplus(violation) : violation;
      if (!(loss > low && loss < high)) continue;
      counted++;
      total += loss;
      const derivative = smooth ? 1 / (1 + Math.exp(-violation)) : 1;
      addTo(gradients.near, i, derivative);
      if (index < 0) addTo(gradients.far, j, derivative);
      else if (swap !== undefined) addTo(swap.gradient, index, swap.weight * derivative);
    }
  }
  return { total, counted, ...gradients };
}

/** The sums without `smooth`: the negatives that count with a positive are a run of the sorted negatives. */
export function sumBySorting({ near, far, low, high }: AnchorTriplets): AnchorSum {
  const [nears, fars] = [near.slice().sort(), far.slice().sort()];
  const sums = new Float64Array(fars.length + 1);
  for (let j = 0; j < fars.length; j++) sums[j + 1] = sums[j]! + fars[j]!;

  const least = Math.max(low, 0);
  const zeroCounts = low < 0 && high > 0;
  const runs = { near: new Float64Array(near.length), far: new Float64Array(far.length) };
  let [total, counted] = [0, 0];
  for (let i = 0; i < near.length; i++) {
    const x = near[i]!;
    const start = firstAbove(fars, least - x);
    const end = high === Number.POSITIVE_INFINITY ? fars.length : firstFrom(fars, high - x);
    if (zeroCounts) counted += firstAbove(fars, -x);
    if (end <= start) continue;
    runs.near[i] = end - start;
    counted += end - start;
    total += (end - start) * x + (sums[end]! - sums[start]!);
  }
  for (let j = 0; j < far.length; j++) {
    const x = far[j]!;
    const start = firstAbove(nears, least - x);
    const end = high === Number.POSITIVE_INFINITY ? nears.length : firstFrom(nears, high - x);
    if (end > start) runs.far[j] = end - start;
  }
  return { total, counted, ...runs };
}

/** The sums with `smooth`, where all triplets count: log(1 + exp(x + y)) by products of exp(x) and exp(y). */
export function sumByProducts({ near, far }: AnchorTriplets): AnchorSum {
  const gradients = { near: new Float64Array(near.length), far: new Float64Array(far.length) };
  const grown = far.map(Math.exp);
  let total = 0;
  for (let i = 0; i < near.length; i++) {
    const growth = Math.exp(near[i]!);
    let product = 1; // of 1 + exp(violation): one logarithm for many triplets
    let gradient = 0;
    for (let j = 0; j < grown.length; j++) {
      const odds = growth * grown[j]!;
      product *= 1 + odds;
      if (product > 1e200) {
        total += Math.log(product);
        product = 1;
      }
      const derivative = odds / (1 + odds);
      gradient += derivative;
      addTo(gradients.far, j, derivative);
    }
    total += Math.log(product);
    gradients.near[i] = gradient;
  }
  return { total, counted: near.length * far.length, ...gradients };
}

/** Whether products of two exponentials stay within the range of numbers. */
function isModerate(x: number): boolean {
  return Math.abs(x) < 100;
}

/** log(1 + exp(x)), for any x. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The index of the first value above a limit. */
function firstAbove(sorted: Float64Array, limit: number): number {
  return firstIndex(sorted.length, (i) => sorted[i]! > limit);
}

/** The index of the first value that is a limit or above it. */
function firstFrom(sorted: Float64Array, limit: number): number {
  return firstIndex(sorted.length, (i) => sorted[i]! >= limit);
}
