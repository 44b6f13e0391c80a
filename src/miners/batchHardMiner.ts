import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { part } from '../internal/optionKinds.ts';
import { made, type OptionTable, readOptions } from '../internal/readOptions.ts';
import type { Triplets } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface BatchHardMinerOptions {
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const batchHardMinerOptions: OptionTable<BatchHardMinerOptions> = {
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/**
 * One triplet for each anchor: its farthest positive and its nearest negative.
 *
 * An anchor without a positive or without a negative gives no triplet. Of candidates at the same distance the first is
 * chosen.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind.
 * @example
 * const triplets = batchHardMiner().mine(embeddings, labels);
 * const value = loss.compute(embeddings, labels, { tuples: triplets });
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017. https://arxiv.org/abs/1703.07737
 */
export function batchHardMiner(options: BatchHardMinerOptions = {}): Miner<Triplets> {
  const { distance } = readOptions('batchHardMiner', batchHardMinerOptions, options);
  return defineMiner({ name: 'batchHardMiner', distance, select: hardestTriplets });
}

function hardestTriplets({ values, labels, candidateLabels, copies }: DistanceTable): Triplets {
  const candidates = candidateLabels.length;
  const anchor = new Int32Array(labels.length);
  const positive = new Int32Array(labels.length);
  const negative = new Int32Array(labels.length);
  let count = 0;
  for (let a = 0; a < labels.length; a++) {
    const label = labels[a];
    let farthest = Number.NEGATIVE_INFINITY;
    let nearest = Number.POSITIVE_INFINITY;
    let p = -1;
    let n = -1;
    for (let other = 0; other < candidates; other++) {
      const d = values[a * candidates + other]!;
      if (candidateLabels[other] !== label) {
        if (d < nearest) {
          nearest = d;
          n = other;
        }
      } else if (d > farthest && other !== copies[a]) {
        farthest = d;
        p = other;
      }
    }
    if (p < 0 || n < 0) continue;
    anchor[count] = a;
    positive[count] = p;
    negative[count++] = n;
  }
  return {
    anchor: anchor.slice(0, count),
    positive: positive.slice(0, count),
    negative: negative.slice(0, count),
  };
}
