import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkNonNegative } from '../internal/checks.ts';
import type { Triplets } from '../tuples/tuples.ts';
import { checkOneOf } from './checkOneOf.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { selectTriplets } from './internal/selectTriplets.ts';
import { defineMiner, type Miner } from './miner.ts';

/** How hard a triplet is, by its gap d(a, n) - d(a, p). */
export type TripletType = 'all' | 'easy' | 'semihard' | 'hard';

const types: readonly TripletType[] = ['all', 'easy', 'semihard', 'hard'];

export interface TripletMarginMinerOptions {
  /** In units of `distance`. Default 0.2. */
  margin?: number;
  /**
   * `all`: gap <= margin. `hard`: gap <= 0 as well. `semihard`: 0 < gap <= margin. `easy`: gap > margin.
   * Default `all`.
   */
  typeOfTriplets?: TripletType;
  /** Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

/**
 * The triplets of a batch whose gap d(a, n) - d(a, p) the margin calls for: by default those that violate it.
 *
 * The list can be as long as batch * (positives an anchor) * (negatives an anchor).
 *
 * @throws MetricLearningError if `margin` is negative or not finite, or `typeOfTriplets` is none of the four.
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 */
export function tripletMarginMiner(options: TripletMarginMinerOptions = {}): Miner<Triplets> {
  checkOptions('tripletMarginMiner', options, ['margin', 'typeOfTriplets', 'distance']);
  const { margin = 0.2, typeOfTriplets = 'all', distance = lpDistance() } = options;
  checkNonNegative('tripletMarginMiner', 'margin', margin);
  checkOneOf('tripletMarginMiner', 'typeOfTriplets', typeOfTriplets, types);
  return defineMiner({
    name: 'tripletMarginMiner',
    distance,
    select: (table) => tripletsInGap(table, ...gapOf(typeOfTriplets, margin)),
  });
}

/** The gaps of a type: above the first, and up to the second. */
function gapOf(type: TripletType, margin: number): [above: number, upTo: number] {
  if (type === 'easy') return [margin, Number.POSITIVE_INFINITY];
  if (type === 'semihard') return [0, margin];
  return [Number.NEGATIVE_INFINITY, type === 'hard' ? 0 : margin];
}

function tripletsInGap(table: DistanceTable, above: number, upTo: number): Triplets {
  const { values, candidateLabels } = table;
  return selectTriplets(table, (anchor, positive, negatives, distances, count, chosen) => {
    const ap = values[anchor * candidateLabels.length + positive] as number;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const gap = (distances[i] as number) - ap;
      if (gap > above && gap <= upTo) chosen[found++] = negatives[i] as number;
    }
    return found;
  });
}
