import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { part } from '../internal/optionKinds.ts';
import { made, type OptionTable, readOptions } from '../internal/readOptions.ts';
import type { Triplets } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { selectTriplets } from './internal/selectTriplets.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface SemiHardMinerOptions {
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const semiHardMinerOptions: OptionTable<SemiHardMinerOptions> = {
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/**
 * One triplet for each positive pair, with a semi-hard negative: of the negatives that are farther from the anchor than
 * the positive, the nearest. When no negative is farther than the positive, the farthest negative.
 *
 * TensorFlow Addons' triplet_semihard_loss chooses alike. `tripletMarginMiner({ typeOfTriplets: 'semihard' })` chooses
 * every negative that is farther than the positive by at most a margin.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind.
 * @example
 * await model.fit({ examples, labels }, { sampler: mPerClassSampler({ m: 4 }), miner: semiHardMiner() });
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015, section 3.2. https://arxiv.org/abs/1503.03832
 */
export function semiHardMiner(options: SemiHardMinerOptions = {}): Miner<Triplets> {
  const { distance } = readOptions('semiHardMiner', semiHardMinerOptions, options);
  return defineMiner({ name: 'semiHardMiner', distance, select: semiHardTriplets });
}

function semiHardTriplets(table: DistanceTable): Triplets {
  const { values, candidateLabels } = table;
  return selectTriplets(table, (anchor, positive, negatives, distances, count, chosen) => {
    if (count === 0) return 0;
    const ap = values[anchor * candidateLabels.length + positive]!;
    let semiHard = -1;
    let farthest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const an = distances[i]!;
      if (an > ap && an < least) {
        least = an;
        semiHard = i;
      }
      if (an > distances[farthest]!) farthest = i;
    }
    chosen[0] = negatives[semiHard < 0 ? farthest : semiHard]!;
    return 1;
  });
}
