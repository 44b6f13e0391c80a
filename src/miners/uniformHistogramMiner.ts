import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { part, wholeNumber } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { batchRandom } from '../random/batchRandom.ts';
import type { Random } from '../random/createRandom.ts';
import type { Pairs } from '../tuples/tuples.ts';
import { distancesOf, pairsAt, pairsOf } from './internal/distanceTable.ts';
import { type IndexList, indexList } from './internal/indexList.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface UniformHistogramMinerOptions {
  /** The number of bins of distances. Default 100. */
  numBins?: number;
  /** The number of positive pairs drawn from each bin with positive pairs. Default 10. */
  posPerBin?: number;
  /** The number of negative pairs drawn from each bin with negative pairs. Default 10. */
  negPerBin?: number;
  /** Determines the draw, together with the batch: the same seed and batch give the same pairs. Default 0. */
  seed?: number;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const uniformHistogramMinerOptions: OptionTable<UniformHistogramMinerOptions> = {
  numBins: preset(100, wholeNumber(1)),
  posPerBin: preset(10, wholeNumber(1)),
  negPerBin: preset(10, wholeNumber(1)),
  seed: preset(0, wholeNumber(0)),
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/**
 * Pairs whose distances are evenly distributed. The range from the nearest to the farthest positive pair is divided into
 * equal bins; each bin that is not empty gives the same number of pairs, drawn with replacement. The negative pairs are
 * drawn in the same way.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const pairs = uniformHistogramMiner({ numBins: 50 }).mine(embeddings, labels);
 */
export function uniformHistogramMiner(options: UniformHistogramMinerOptions = {}): Miner<Pairs> {
  const where = 'uniformHistogramMiner';
  const values = readOptions(where, uniformHistogramMinerOptions, options);
  const { numBins, posPerBin, negPerBin, seed, distance } = values;
  return defineMiner({
    name: where,
    distance,
    select(table) {
      const pairs = pairsOf(table);
      const { positiveAnchor, positive, negativeAnchor, negative } = pairs;
      const random = batchRandom(seed, table.values);
      const p = drawEvenly(
        distancesOf(table, positiveAnchor, positive),
        numBins,
        posPerBin,
        random,
      );
      const n = drawEvenly(
        distancesOf(table, negativeAnchor, negative),
        numBins,
        negPerBin,
        random,
      );
      return pairsAt(pairs, p, n);
    },
  });
}

/** Positions of the drawn pairs: bin after bin, `each` from each bin that has members. */
function drawEvenly(
  distances: Float32Array,
  numBins: number,
  each: number,
  random: Random,
): Int32Array {
  const members = membersOfBins(distances, numBins).filter(({ length }) => length > 0);
  return Int32Array.from({ length: members.length * each }, (_, i) => {
    const bin = members[Math.floor(i / each)] as Int32Array;
    return bin[random.integer(bin.length)] as number;
  });
}

/** The positions of the values in each of `bins` equal bins from the least to the greatest value. */
function membersOfBins(values: Float32Array, bins: number): Int32Array[] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const scale = greatest > least ? bins / (greatest - least) : 0;
  const binOf = (value: number): number => Math.min(Math.floor((value - least) * scale), bins - 1);
  const members = Array.from({ length: bins }, indexList);
  values.forEach((value, position) => {
    (members[binOf(value)] as IndexList).push(position);
  });
  return members.map((list) => list.toArray());
}
