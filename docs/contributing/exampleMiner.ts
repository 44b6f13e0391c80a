import type { Distance } from '../../src/distances/distance.ts';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { nonNegative, part } from '../../src/internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../../src/internal/readOptions.ts';
import type { DistanceTable } from '../../src/miners/internal/distanceTable.ts';
import { selectTriplets } from '../../src/miners/internal/selectTriplets.ts';
import { defineMiner, type Miner } from '../../src/miners/miner.ts';
import type { Triplets } from '../../src/tuples/tuples.ts';

export interface BandMinerOptions {
  /** How much farther than the positive a negative may be, in units of `distance`. 0.1 to 0.5. Default 0.2. */
  width?: number;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const bandMinerOptions: OptionTable<BandMinerOptions> = {
  width: preset(0.2, nonNegative),
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/**
 * Triplets whose negative is farther from the anchor than the positive, by at most `width`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const triplets = bandMiner({ width: 0.3 }).mine(embeddings, labels); // embeddings [batch, dims]
 */
export function bandMiner(options: BandMinerOptions = {}): Miner<Triplets> {
  const { width, distance } = readOptions('bandMiner', bandMinerOptions, options);
  return defineMiner({
    name: 'bandMiner',
    distance,
    select: (table) => bandTriplets(table, width),
  });
}

function bandTriplets(table: DistanceTable, width: number): Triplets {
  const { values, candidateLabels } = table;
  return selectTriplets(table, (anchor, positive, negatives, distances, count, chosen) => {
    const ap = values[anchor * candidateLabels.length + positive] as number;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const farther = (distances[i] as number) - ap;
      if (farther > 0 && farther <= width) chosen[kept++] = negatives[i] as number;
    }
    return kept;
  });
}
