import { divisorOf, rowWeights, type Weighting } from '../../reducers/weighting.ts';
import { listAt, type Partners, tripletCount } from '../../tuples/internal/partners.ts';
import { anchorSum } from './anchorSum.ts';
import { swappedSum } from './swappedSum.ts';

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
  /** How many triplets counted. */
  readonly counted: number;
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
  const { partners, candidates, swapped } = numbers;
  const byClass = weighting.classWeights && rowWeights(weighting, {}, labels);
  const slopes = {
    positive: new Float32Array(numbers.positive.length),
    negative: new Float32Array(numbers.negative.length),
    swapped: new Float32Array(swapped?.length ?? 0),
  };
  let [total, counted] = [0, 0];
  for (let a = 0; a + 1 < partners.positives.starts.length; a++) {
    const start = a * candidates;
    const weight = byClass?.[a] ?? 1;
    const positives = listAt(partners.positives, a);
    const negatives = listAt(partners.negatives, a);
    if (positives.length === 0 || negatives.length === 0) continue;
    const triplets = {
      near: pickNumbers(numbers.positive, start, positives),
      far: pickNumbers(numbers.negative, start, negatives),
      smooth: numbers.smooth,
      low: weighting.above ?? Number.NEGATIVE_INFINITY,
      high: weighting.below ?? Number.POSITIVE_INFINITY,
    };
    const sum =
      swapped === undefined
        ? anchorSum(triplets)
        : swappedSum(
            triplets,
            { positives, negatives, candidates, swapped },
            weight,
            slopes.swapped,
          );
    positives.forEach((p, i) => {
      addTo(slopes.positive, start + p, weight * (sum.near[i] as number));
    });
    negatives.forEach((n, j) => {
      addTo(slopes.negative, start + n, weight * (sum.far[j] as number));
    });
    total += weight * sum.total;
    counted += sum.counted;
  }
  const divisor = divisorFor(weighting, counted, numbers);
  const scale = divisor === 0 ? 0 : 1 / divisor;
  for (const list of Object.values(slopes)) {
    for (let i = 0; i < list.length; i++) list[i] = (list[i] as number) * scale;
  }
  return { value: total * scale, counted, ...slopes };
}

function pickNumbers(row: Float32Array, start: number, places: Int32Array): Float64Array {
  const picked = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) picked[i] = row[start + (places[i] as number)] as number;
  return picked;
}

function addTo(list: Float32Array, place: number, value: number): void {
  list[place] = (list[place] as number) + value;
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
