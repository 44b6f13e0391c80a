import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import type { Random } from '../random/createRandom.ts';
import type { Pairs } from '../tuples/tuples.ts';
import { batchRandom } from './internal/batchRandom.ts';
import { distancesOf, pairsAt, pairsOf } from './internal/distanceTable.ts';
import { type IndexList, indexList } from './internal/indexList.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface UniformHistogramMinerOptions {
  /** Default 100. */
  numBins?: number;
  /** Positive pairs drawn from each bin that has any. Default 10. */
  posPerBin?: number;
  /** Negative pairs drawn from each bin that has any. Default 10. */
  negPerBin?: number;
  /** A whole number >= 0. The same seed and batch give the same pairs. Default 0. */
  seed?: number;
  /** Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

/**
 * Pairs whose distances are spread evenly: the range from the nearest to the farthest positive pair is cut into
 * equal bins, and each that is not empty gives the same number of pairs, drawn with replacement. Likewise for the
 * negative pairs.
 *
 * @throws MetricLearningError if an option is no whole number >= 1 (the seed: >= 0).
 */
export function uniformHistogramMiner(options: UniformHistogramMinerOptions = {}): Miner<Pairs> {
  checkOptions('uniformHistogramMiner', options, [
    'numBins',
    'posPerBin',
    'negPerBin',
    'seed',
    'distance',
  ]);
  const { numBins = 100, posPerBin = 10, negPerBin = 10, seed = 0 } = options;
  const { distance = lpDistance() } = options;
  const where = 'uniformHistogramMiner';
  checkInteger(where, 'numBins', numBins);
  checkInteger(where, 'posPerBin', posPerBin);
  checkInteger(where, 'negPerBin', negPerBin);
  checkInteger(where, 'seed', seed, 0);
  return defineMiner({
    name: where,
    distance,
    select(table) {
      const pairs = pairsOf(table);
      const { positiveAnchor, positive, negativeAnchor, negative } = pairs;
      const random = batchRandom(seed, table);
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
