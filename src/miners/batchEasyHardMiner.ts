import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { type OptionKind, oneOf, part } from '../internal/optionKinds.ts';
import { made, type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import type { Pairs } from '../tuples/tuples.ts';
import {
  type Accept,
  allPartners,
  farthestPartner,
  nearestPartner,
} from './internal/choosePartners.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { indexList } from './internal/indexList.ts';
import { defineMiner, type Miner } from './miner.ts';

/** Which positives, or which negatives, of an anchor are chosen. */
export type MiningStrategy = 'easy' | 'semihard' | 'hard' | 'all';

/** The smallest and the largest accepted distance (or similarity), both included. */
export type DistanceRange = readonly [least: number, most: number];

export interface BatchEasyHardMinerOptions {
  /**
   * The chosen positive: 'easy' the nearest, 'hard' the farthest, 'semihard' the farthest that is nearer than the
   * negative, 'all' every positive. Default 'easy'.
   */
  posStrategy?: MiningStrategy;
  /**
   * The chosen negative: 'easy' the farthest, 'hard' the nearest, 'semihard' the nearest that is farther than the
   * positive, 'all' every negative. Default 'semihard'.
   */
  negStrategy?: MiningStrategy;
  /** The accepted distances of positives, [smallest, largest]. Default: all distances. */
  allowedPosRange?: DistanceRange;
  /** The accepted distances of negatives, [smallest, largest]. Default: all distances. */
  allowedNegRange?: DistanceRange;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

const range: OptionKind<DistanceRange> = {
  expected: 'two ascending numbers, [smallest, largest]',
  accepts(value) {
    const [smallest, largest] = Array.isArray(value) && value.length === 2 ? value : [];
    return typeof smallest === 'number' && typeof largest === 'number' && smallest <= largest;
  },
};

export const batchEasyHardMinerOptions: OptionTable<
  BatchEasyHardMinerOptions,
  'allowedPosRange' | 'allowedNegRange'
> = {
  posStrategy: preset('easy', oneOf('easy', 'semihard', 'hard', 'all')),
  negStrategy: preset('semihard', oneOf('easy', 'semihard', 'hard', 'all')),
  allowedPosRange: optional(range),
  allowedNegRange: optional(range),
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

const where = 'batchEasyHardMiner';

/**
 * One positive pair and one negative pair for each anchor, each chosen by its strategy; with 'all' every pair.
 *
 * Without 'all', an anchor that lacks a positive or a negative gives no pair, and the i-th positive pair and the i-th
 * negative pair have the same anchor. 'semihard' compares with the one chosen example of the other side, so the other
 * side has to be 'easy' or 'hard'.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind, or 'semihard' meets 'semihard' or 'all'.
 * @example
 * const pairs = batchEasyHardMiner({ posStrategy: 'easy', negStrategy: 'hard' }).mine(embeddings, labels);
 * @see Xuan, Stylianou, Pless: Improved Embeddings with Easy Positive Triplet Mining, WACV 2020. https://arxiv.org/abs/1904.04370
 */
export function batchEasyHardMiner(options: BatchEasyHardMinerOptions = {}): Miner<Pairs> {
  const values = readOptions(where, batchEasyHardMinerOptions, options);
  const { posStrategy, negStrategy, allowedPosRange, allowedNegRange, distance } = values;
  checkStrategies(posStrategy, negStrategy);
  const plan: Plan = {
    posStrategy,
    negStrategy,
    posAllowed: within(allowedPosRange, distance.inverted),
    negAllowed: within(allowedNegRange, distance.inverted),
  };
  return defineMiner({ name: where, distance, select: (table) => selectPairs(table, plan) });
}

interface Plan {
  readonly posStrategy: MiningStrategy;
  readonly negStrategy: MiningStrategy;
  readonly posAllowed: Accept;
  readonly negAllowed: Accept;
}

function selectPairs(table: DistanceTable, plan: Plan): Pairs {
  const lists = [indexList(), indexList(), indexList(), indexList()] as const;
  const [positiveAnchor, positive, negativeAnchor, negative] = lists;
  const oneEach = plan.posStrategy !== 'all' && plan.negStrategy !== 'all';

  for (let anchor = 0; anchor < table.labels.length; anchor++) {
    const [positives, negatives] = partnersOf(anchor, table, plan);
    if (oneEach && (positives.length === 0 || negatives.length === 0)) continue;
    for (const p of positives) {
      positiveAnchor.push(anchor);
      positive.push(p);
    }
    for (const n of negatives) {
      negativeAnchor.push(anchor);
      negative.push(n);
    }
  }
  return {
    positiveAnchor: positiveAnchor.toArray(),
    positive: positive.toArray(),
    negativeAnchor: negativeAnchor.toArray(),
    negative: negative.toArray(),
  };
}

function partnersOf(
  anchor: number,
  table: DistanceTable,
  { posStrategy, negStrategy, posAllowed, negAllowed }: Plan,
): [positives: readonly number[], negatives: readonly number[]] {
  const distanceTo = (other: number): number =>
    table.values[anchor * table.candidateLabels.length + other]!;

  if (posStrategy === 'semihard') {
    const chooseNegatives = negStrategy === 'hard' ? nearestPartner : farthestPartner;
    const negatives = chooseNegatives(table, anchor, false, negAllowed);
    if (negatives.length === 0) return [[], []];
    const limit = distanceTo(negatives[0]!);
    const nearer: Accept = (d) => d < limit && posAllowed(d);
    return [farthestPartner(table, anchor, true, nearer), negatives];
  }

  const choosePositives = { all: allPartners, easy: nearestPartner, hard: farthestPartner };
  const positives = choosePositives[posStrategy](table, anchor, true, posAllowed);
  if (negStrategy === 'semihard') {
    if (positives.length === 0) return [[], []];
    const limit = distanceTo(positives[0]!);
    const farther: Accept = (d) => d > limit && negAllowed(d);
    return [positives, nearestPartner(table, anchor, false, farther)];
  }
  const chooseNegatives = { all: allPartners, easy: farthestPartner, hard: nearestPartner };
  return [positives, chooseNegatives[negStrategy](table, anchor, false, negAllowed)];
}

/** Tests whether a distance of the table is in a range. The table holds similarities with the sign reversed. */
function within(allowed: DistanceRange | undefined, inverted: boolean): Accept {
  if (allowed === undefined) return () => true;
  const [smallest, largest] = allowed;
  return inverted ? (d) => -d >= smallest && -d <= largest : (d) => d >= smallest && d <= largest;
}

function checkStrategies(posStrategy: MiningStrategy, negStrategy: MiningStrategy): void {
  const pair = [posStrategy, negStrategy];
  if (!pair.includes('semihard')) return;
  if (pair.includes('all') || posStrategy === negStrategy) {
    throw new MetricLearningError({
      where,
      expected:
        "'semihard' with 'easy' or 'hard' on the other side: it compares with the one chosen example there",
      got: `posStrategy: ${posStrategy}, negStrategy: ${negStrategy}`,
    });
  }
}
