import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkBetween } from '../internal/checks.ts';
import { toPairs } from '../tuples/convertTuples.ts';
import { checkTuples } from '../tuples/internal/checkTuples.ts';
import type { Pairs, Tuples } from '../tuples/tuples.ts';
import { type DistanceTable, distancesOf, pairsAt, pairsOf } from './internal/distanceTable.ts';
import { largest } from './internal/largest.ts';
import { readTable } from './internal/readTable.ts';
import { type MineOptions, readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

export interface HdcMinerOptions {
  /** Share of the positive pairs, and of the negative pairs, to keep: 0 to 1. Default 0.5. */
  filterFraction?: number;
  /** Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

/** A miner that can also thin out the tuples another one chose, as the later models of a cascade do. */
export interface HdcMiner extends Miner<Pairs> {
  /**
   * The hardest share of these tuples; a triplet counts as a positive and a negative pair.
   *
   * @throws MetricLearningError also if they hold an index out of range.
   */
  filter(embeddings: Tensor2D, labels: Labels, tuples: Tuples, options?: MineOptions): Pairs;
}

const where = 'hdcMiner';

/**
 * The hardest share of all pairs of a batch: of the positive pairs the farthest, of the negative ones the nearest.
 *
 * The number kept is rounded up; at the limit that may keep a pair and leave out its equally hard mirror image.
 *
 * @throws MetricLearningError if `filterFraction` is not from 0 to 1.
 * @see Yuan, Yang, Zhang: Hard-Aware Deeply Cascaded Embedding, ICCV 2017. https://arxiv.org/abs/1611.05720
 */
export function hdcMiner(options: HdcMinerOptions = {}): HdcMiner {
  checkOptions(where, options, ['filterFraction', 'distance']);
  const { filterFraction = 0.5, distance = lpDistance() } = options;
  checkBetween(where, 'filterFraction', filterFraction, 0, 1);
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
