import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import type { Pairs } from '../tuples/tuples.ts';
import { checkOneOf } from './checkOneOf.ts';
import {
  type Accept,
  allPartners,
  farthestPartner,
  nearestPartner,
} from './internal/choosePartners.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { indexList } from './internal/indexList.ts';
import { defineMiner, type Miner } from './miner.ts';

/** Which of an anchor's partners to take. */
export type MiningStrategy = 'easy' | 'semihard' | 'hard' | 'all';

/** The least and the most that a distance (or similarity) may be, both included. */
export type DistanceRange = readonly [least: number, most: number];

export interface BatchEasyHardMinerOptions {
  /** `easy`: nearest. `hard`: farthest. `semihard`: farthest that is nearer than the negative. Default `easy`. */
  posStrategy?: MiningStrategy;
  /** `easy`: farthest. `hard`: nearest. `semihard`: nearest that is farther than the positive. Default `semihard`. */
  negStrategy?: MiningStrategy;
  /** Positives outside of it are not looked at. Default: no limit. */
  allowedPosRange?: DistanceRange;
  /** Negatives outside of it are not looked at. Default: no limit. */
  allowedNegRange?: DistanceRange;
  /** Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

const where = 'batchEasyHardMiner';

/**
 * For each anchor one positive and one negative pair, each by its strategy; or all pairs of a side.
 *
 * Without `all`, an anchor that lacks either gives no pair, and the i-th positive and the i-th negative pair are
 * of one anchor. `semihard` measures against the partner of the other side, so it goes neither with itself nor
 * with `all`.
 *
 * @throws MetricLearningError for another strategy, for those combinations, or if a range is no two ascending
 * numbers.
 * @see Xuan, Stylianou, Pless: Improved Embeddings with Easy Positive Triplet Mining, WACV 2020. https://arxiv.org/abs/1904.04370
 */
export function batchEasyHardMiner(options: BatchEasyHardMinerOptions = {}): Miner<Pairs> {
  checkOptions(where, options, [
    'posStrategy',
    'negStrategy',
    'allowedPosRange',
    'allowedNegRange',
    'distance',
  ]);
  const { posStrategy = 'easy', negStrategy = 'semihard', distance = lpDistance() } = options;
  checkStrategies(posStrategy, negStrategy);
  const plan: Plan = {
    posStrategy,
    negStrategy,
    posAllowed: within('allowedPosRange', options.allowedPosRange, distance.inverted),
    negAllowed: within('allowedNegRange', options.allowedNegRange, distance.inverted),
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
    table.values[anchor * table.candidateLabels.length + other] as number;

  if (posStrategy === 'semihard') {
    const chooseNegatives = negStrategy === 'hard' ? nearestPartner : farthestPartner;
    const negatives = chooseNegatives(table, anchor, false, negAllowed);
    if (negatives.length === 0) return [[], []];
    const limit = distanceTo(negatives[0] as number);
    const nearer: Accept = (d) => d < limit && posAllowed(d);
    return [farthestPartner(table, anchor, true, nearer), negatives];
  }

  const choosePositives = { all: allPartners, easy: nearestPartner, hard: farthestPartner };
  const positives = choosePositives[posStrategy](table, anchor, true, posAllowed);
  if (negStrategy === 'semihard') {
    if (positives.length === 0) return [[], []];
    const limit = distanceTo(positives[0] as number);
    const farther: Accept = (d) => d > limit && negAllowed(d);
    return [positives, nearestPartner(table, anchor, false, farther)];
  }
  const chooseNegatives = { all: allPartners, easy: farthestPartner, hard: nearestPartner };
  return [positives, chooseNegatives[negStrategy](table, anchor, false, negAllowed)];
}

/** A range as a test on the table's distances, where similarities have their sign turned. */
function within(name: string, range: DistanceRange | undefined, inverted: boolean): Accept {
  if (range === undefined) return () => true;
  if (!(range.length === 2 && range[0] <= range[1])) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be two ascending numbers, [least, most]`,
      got: `[${range}]`,
    });
  }
  const [least, most] = range;
  return inverted ? (d) => -d >= least && -d <= most : (d) => d >= least && d <= most;
}

function checkStrategies(posStrategy: MiningStrategy, negStrategy: MiningStrategy): void {
  const strategies: readonly MiningStrategy[] = ['easy', 'semihard', 'hard', 'all'];
  checkOneOf(where, 'posStrategy', posStrategy, strategies);
  checkOneOf(where, 'negStrategy', negStrategy, strategies);
  const pair = [posStrategy, negStrategy];
  if (!pair.includes('semihard')) return;
  if (pair.includes('all') || posStrategy === negStrategy) {
    throw new MetricLearningError({
      where,
      expected:
        'semihard to go with easy or hard on the other side (it is measured against that one partner)',
      got: `posStrategy: ${posStrategy}, negStrategy: ${negStrategy}`,
    });
  }
}
