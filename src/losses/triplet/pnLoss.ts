import { add, relu, softplus } from '@tensorflow/tfjs-core';
import { howMuchFarther, nearer } from '../../distances/compareDistances.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { flag, nonNegative, oneOf } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { pick } from '../../ops/pick.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { chooseTriplets, nearestBeyond, type RankedPartners } from '../internal/chooseTriplets.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface PnLossOptions extends TupleLossOptions {
  /** How much farther the negative must be than the positive, in units of `distance`; unused if `soft`. Default 1. */
  margin?: number;
  /** Takes `log(1 + exp(x))` in place of `max(0, x + margin)`. Default false. */
  soft?: boolean;
  /** The positive of an anchor: 'hard' is the farthest, 'easy' the nearest. Default 'hard'. */
  positive?: 'hard' | 'easy';
  /**
   * The negative of an anchor: 'hard' is the nearest, 'semihard' the nearest that is farther than the farthest
   * positive (or else the farthest), 'easy' the farthest. Default 'semihard'.
   */
  negative?: 'hard' | 'semihard' | 'easy';
}

export const pnLossOptions: OptionTable<PnLossOptions, 'regularizer'> = {
  margin: preset(1, nonNegative),
  soft: preset(false, flag),
  positive: preset('hard', oneOf('hard', 'easy')),
  negative: preset('semihard', oneOf('hard', 'semihard', 'easy')),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * PN loss, the triplet loss of TensorFlow Similarity: `max(0, d_ap - min(d_an, d_pn) + margin)`, so that the negative is
 * far from the anchor and from the positive.
 *
 * Each anchor with a positive and a negative has one loss; the default reducer takes their mean.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = pnLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Szubert et al.: Structure-preserving visualisation of high dimensional single-cell datasets, 2019.
 * https://doi.org/10.1038/s41598-019-45301-0
 */
export function pnLoss(options: PnLossOptions = {}): Loss {
  const values = readOptions('pnLoss', pnLossOptions, options);
  const { margin, soft, distance } = values;

  const choose = (partners: RankedPartners, add: (p: number, n: number) => void): void => {
    const { positives, negatives, distances } = partners;
    const farthest = positives.at(-1);
    const nearest = negatives[0];
    if (farthest === undefined || nearest === undefined) return;
    const p = values.positive === 'hard' ? farthest : positives[0]!;
    const easiest = negatives.at(-1) as number;
    const n =
      values.negative === 'hard'
        ? nearest
        : values.negative === 'easy'
          ? easiest
          : nearestBeyond(partners, distances[farthest]!);
    add(p, n);
  };

  return defineLoss({
    name: 'pnLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const d = distance.matrix(batch.embeddings, batch.reference);
      const triplets = chooseTriplets('pnLoss', distance, d, batch, choose);
      const { anchor, positive, negative } = triplets;
      if (anchor.length === 0) return [];
      const between = batch.reference ? distance.matrix(batch.reference) : d;
      const an = pick(d, anchor, negative);
      const far = nearer(distance, an, pick(between, positive, negative));
      const excess = howMuchFarther(distance, pick(d, anchor, positive), far);
      const values = soft ? softplus(excess) : relu(add(excess, margin));
      return [{ name: 'loss', kind: 'triplets', values, anchors: anchor }];
    },
  });
}
