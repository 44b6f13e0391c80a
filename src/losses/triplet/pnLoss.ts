import { add, relu, softplus } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { gap, nearer } from '../../distances/gap.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkNonNegative, show } from '../../internal/checks.ts';
import { pick } from '../../ops/pick.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { chooseTriplets, nearestBeyond, type RankedPartners } from '../internal/chooseTriplets.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface PnLossOptions extends TupleLossOptions {
  /** How much farther the negative must be than the positive, in units of `distance`; unused if `soft`. Default 1. */
  margin?: number;
  /** log(1 + exp(x)) in place of max(0, x + margin). Default false. */
  soft?: boolean;
  /** Which positive of each anchor: the farthest or the nearest. Default `hard`. */
  positive?: 'hard' | 'easy';
  /**
   * Which negative of each anchor: the nearest, the nearest beyond all positives (or else the farthest), or the
   * farthest. Default `semihard`.
   */
  negative?: 'hard' | 'semihard' | 'easy';
}

/**
 * Positive-negative loss: one triplet an anchor, whose negative is measured from whichever of anchor and positive it
 * is nearer to: `max(0, d_ap - min(d_an, d_pn) + margin)`.
 *
 * One value an anchor that has a positive and a negative, by default reduced to their mean, zeros too. `distance` is
 * `cosineSimilarity()` by default.
 *
 * @throws MetricLearningError if `margin` is negative or not finite, or a choice is none of those.
 * @see Szubert et al.: Structure-preserving visualisation of high dimensional single-cell datasets, 2019.
 * https://doi.org/10.1038/s41598-019-45301-0
 */
export function pnLoss(options: PnLossOptions = {}): Loss {
  checkOptions('pnLoss', options, ['margin', 'soft', 'positive', 'negative', ...tupleLossOptions]);
  const { margin = 1, soft = false, distance = cosineSimilarity() } = options;
  const { positive: whichPositive = 'hard', negative: whichNegative = 'semihard' } = options;
  checkNonNegative('pnLoss', 'margin', margin);
  checkChoice('positive', whichPositive, ['hard', 'easy']);
  checkChoice('negative', whichNegative, ['hard', 'semihard', 'easy']);

  const choose = (partners: RankedPartners, add: (p: number, n: number) => void): void => {
    const { positives, negatives, distances } = partners;
    const farthest = positives.at(-1);
    const nearest = negatives[0];
    if (farthest === undefined || nearest === undefined) return;
    const p = whichPositive === 'hard' ? farthest : (positives[0] as number);
    const easiest = negatives.at(-1) as number;
    const n =
      whichNegative === 'hard'
        ? nearest
        : whichNegative === 'easy'
          ? easiest
          : nearestBeyond(partners, distances[farthest] as number);
    add(p, n);
  };

  return defineLoss({
    name: 'pnLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const d = distance.matrix(batch.embeddings, batch.reference);
      const triplets = chooseTriplets('pnLoss', distance, d, batch, choose);
      const { anchor, positive, negative } = triplets;
      if (anchor.length === 0) return [];
      const between = batch.reference ? distance.matrix(batch.reference) : d;
      const an = pick(d, anchor, negative);
      const far = nearer(distance, an, pick(between, positive, negative));
      const excess = gap(distance, pick(d, anchor, positive), far);
      const values = soft ? softplus(excess) : relu(add(excess, margin));
      return [{ name: 'loss', kind: 'triplets', values, anchors: anchor }];
    },
  });
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new MetricLearningError({
    where: 'pnLoss',
    expected: `${name} to be one of ${choices.join(', ')}`,
    got: show(value),
  });
}
