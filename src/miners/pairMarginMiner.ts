import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { finite, part } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Pairs } from '../tuples/tuples.ts';
import { selectPairs } from './internal/selectPairs.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface PairMarginMinerOptions {
  /** Positive pairs that are farther apart are chosen, in units of `distance`. Default 0.2. */
  posMargin?: number;
  /** Negative pairs that are nearer are chosen, in units of `distance`. Default 0.8. */
  negMargin?: number;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const pairMarginMinerOptions: OptionTable<PairMarginMinerOptions> = {
  posMargin: preset(0.2, finite),
  negMargin: preset(0.8, finite),
  distance: made(() => lpDistance(), part('lpDistance()', 'matrix', 'rowwise')),
};

/**
 * The pairs that violate a margin: positive pairs farther apart than `posMargin`, negative pairs nearer than
 * `negMargin`.
 *
 * With a similarity: positive pairs less similar than `posMargin`, negative pairs more similar than `negMargin`. Give
 * both margins then: the defaults are for distances.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind.
 * @example
 * const pairs = pairMarginMiner({ posMargin: 0.1, negMargin: 1 }).mine(embeddings, labels);
 */
export function pairMarginMiner(options: PairMarginMinerOptions = {}): Miner<Pairs> {
  const values = readOptions('pairMarginMiner', pairMarginMinerOptions, options);
  const { posMargin, negMargin, distance } = values;
  const sign = distance.inverted ? -1 : 1; // the table holds similarities with the sign reversed
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
