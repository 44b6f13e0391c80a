import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { nonNegative, oneOf, part } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Triplets } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { selectTriplets } from './internal/selectTriplets.ts';
import { defineMiner, type Miner } from './miner.ts';

/** How hard a triplet is, by its gap d(a, n) - d(a, p). */
export type TripletType = 'all' | 'easy' | 'semihard' | 'hard';

export interface TripletMarginMinerOptions {
  /** How much farther than the positive the negative has to be, in units of `distance`. Default 0.2. */
  margin?: number;
  /**
   * The chosen triplets, by the difference x = d(a, n) - d(a, p): 'all' x <= margin; 'hard' x <= 0; 'semihard'
   * 0 < x <= margin; 'easy' x > margin. Default 'all'.
   */
  typeOfTriplets?: TripletType;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const tripletMarginMinerOptions: OptionTable<TripletMarginMinerOptions> = {
  margin: preset(0.2, nonNegative),
  typeOfTriplets: preset('all', oneOf('all', 'hard', 'semihard', 'easy')),
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/**
 * The triplets of a batch that violate a margin: those with `d(a, n) - d(a, p) <= margin`, or the hard, the semi-hard or
 * the easy ones of `typeOfTriplets`.
 *
 * The list can have batch * (positives of an anchor) * (negatives of an anchor) triplets.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const triplets = tripletMarginMiner({ margin: 0.2, typeOfTriplets: 'semihard' }).mine(embeddings, labels);
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 */
export function tripletMarginMiner(options: TripletMarginMinerOptions = {}): Miner<Triplets> {
  const values = readOptions('tripletMarginMiner', tripletMarginMinerOptions, options);
  const { margin, typeOfTriplets, distance } = values;
  return defineMiner({
    name: 'tripletMarginMiner',
    distance,
    select: (table) => tripletsWithin(table, ...boundsOf(typeOfTriplets, margin)),
  });
}

/** The accepted differences d(a, n) - d(a, p): above the first number, and up to the second. */
function boundsOf(type: TripletType, margin: number): [above: number, upTo: number] {
  if (type === 'easy') return [margin, Number.POSITIVE_INFINITY];
  if (type === 'semihard') return [0, margin];
  return [Number.NEGATIVE_INFINITY, type === 'hard' ? 0 : margin];
}

function tripletsWithin(table: DistanceTable, above: number, upTo: number): Triplets {
  const { values, candidateLabels } = table;
  return selectTriplets(table, (anchor, positive, negatives, distances, count, chosen) => {
    const ap = values[anchor * candidateLabels.length + positive]!;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const difference = distances[i]! - ap;
      if (difference > above && difference <= upTo) chosen[found++] = negatives[i]!;
    }
    return found;
  });
}
