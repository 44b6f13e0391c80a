import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkFinite } from '../internal/checks.ts';
import type { Pairs } from '../tuples/tuples.ts';
import { selectPairs } from './internal/selectPairs.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface PairMarginMinerOptions {
  /** Positive pairs farther apart than this are kept, in units of `distance`. Default 0.2. */
  posMargin?: number;
  /** Negative pairs nearer than this are kept, in units of `distance`. Default 0.8. */
  negMargin?: number;
  /** Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

/**
 * The pairs that violate a margin: positives farther apart than `posMargin`, negatives nearer than
 * `negMargin`.
 *
 * With a similarity: positives less similar than `posMargin`, negatives more similar than `negMargin`
 * (give both, as the defaults are for distances).
 *
 * @throws MetricLearningError if a margin is not finite.
 */
export function pairMarginMiner(options: PairMarginMinerOptions = {}): Miner<Pairs> {
  checkOptions('pairMarginMiner', options, ['posMargin', 'negMargin', 'distance']);
  const { posMargin = 0.2, negMargin = 0.8, distance = lpDistance() } = options;
  checkFinite('pairMarginMiner', 'posMargin', posMargin);
  checkFinite('pairMarginMiner', 'negMargin', negMargin);
  const sign = distance.inverted ? -1 : 1; // as in the table: similarities come with their sign turned
  const above = sign * posMargin;
  const below = sign * negMargin;
  return defineMiner({
    name: 'pairMarginMiner',
    distance,
    select: (table) =>
      selectPairs(
        table,
        () => above,
        () => below,
      ),
  });
}
