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
 * For each positive pair one negative, as FaceNet chose it: the nearest of those farther from the anchor than
 * the positive is; when there is none, the farthest of all.
 *
 * This is the choice of TensorFlow Addons' triplet_semihard_loss. `tripletMarginMiner({ typeOfTriplets: 'semihard' })`
 * takes every negative up to a margin farther than the positive instead.
 *
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
    const ap = values[anchor * candidateLabels.length + positive] as number;
    let semiHard = -1;
    let farthest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const an = distances[i] as number;
      if (an > ap && an < least) {
        least = an;
        semiHard = i;
      }
      if (an > (distances[farthest] as number)) farthest = i;
    }
    chosen[0] = negatives[semiHard < 0 ? farthest : semiHard] as number;
    return 1;
  });
}
