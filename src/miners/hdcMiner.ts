import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { between, part } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { toPairs } from '../tuples/convertTuples.ts';
import { checkTuples } from '../tuples/internal/checkTuples.ts';
import type { Pairs, Tuples } from '../tuples/tuples.ts';
import { type DistanceTable, distancesOf, pairsAt, pairsOf } from './internal/distanceTable.ts';
import { largest } from './internal/largest.ts';
import { readTable } from './internal/readTable.ts';
import { type MineOptions, readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

export interface HdcMinerOptions {
  /** The fraction of the positive pairs, and of the negative pairs, that is kept. Default 0.5. */
  filterFraction?: number;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const hdcMinerOptions: OptionTable<HdcMinerOptions> = {
  filterFraction: preset(0.5, between(0, 1)),
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/** A miner that can also filter the tuples of another miner, as the later models of a cascade do. */
export interface HdcMiner extends Miner<Pairs> {
  /**
   * The hardest fraction of these tuples. A triplet counts as a positive pair and a negative pair.
   *
   * @throws MetricLearningError as `mine`, and if the tuples hold an index out of range.
   */
  filter(embeddings: Tensor2D, labels: Labels, tuples: Tuples, options?: MineOptions): Pairs;
}

const where = 'hdcMiner';

/**
 * The hardest fraction of all pairs of a batch: the farthest positive pairs and the nearest negative pairs.
 *
 * The number of pairs is rounded up: of the pairs (i, j) and (j, i), which are equally hard, one may be kept alone.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const pairs = hdcMiner({ filterFraction: 0.2 }).mine(embeddings, labels);
 * @see Yuan, Yang, Zhang: Hard-Aware Deeply Cascaded Embedding, ICCV 2017. https://arxiv.org/abs/1611.05720
 */
export function hdcMiner(options: HdcMinerOptions = {}): HdcMiner {
  const { filterFraction, distance } = readOptions(where, hdcMinerOptions, options);
  return {
    name: where,
    mine(embeddings, labels, options) {
      const { reference } = readMineOptions(where, options);
      const table = readTable(where, distance, embeddings, labels, reference);
      return hardest(table, pairsOf(table), filterFraction);
    },
    filter(embeddings, labels, tuples, options) {
      const { reference } = readMineOptions(where, options);
      const table = readTable(where, distance, embeddings, labels, reference);
      checkTuples(where, tuples, table.labels.length, table.candidateLabels.length);
      return hardest(table, toPairs(tuples), filterFraction);
    },
  };
}

function hardest(table: DistanceTable, pairs: Pairs, fraction: number): Pairs {
  const { positiveAnchor, positive, negativeAnchor, negative } = pairs;
  const p = largest(
    distancesOf(table, positiveAnchor, positive),
    Math.ceil(fraction * positive.length),
  );
  const nearness = distancesOf(table, negativeAnchor, negative, -1);
  const n = largest(nearness, Math.ceil(fraction * negative.length));
  return pairsAt(pairs, p, n);
}
