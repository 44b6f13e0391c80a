import { add, relu, softplus } from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { flag, nonNegative } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { pick } from '../../ops/pick.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { chooseTriplets } from '../internal/chooseTriplets.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TripletHardLossOptions extends TupleLossOptions {
  /**
   * How much farther from the anchor the negative must be than the positive, in units of `distance`; unused if `soft`.
   * Default 1.
   */
  margin?: number;
  /** Takes `log(1 + exp(d_ap - d_an))` in place of `max(0, d_ap - d_an + margin)`. Default false. */
  soft?: boolean;
}

export const tripletHardLossOptions: OptionTable<TripletHardLossOptions, 'regularizer'> = {
  margin: preset(1, nonNegative),
  soft: preset(false, flag),
  ...tupleLossRules(
    () => lpDistance({ normalize: false }),
    () => meanReducer(),
  ),
};

/**
 * Triplet loss with the hardest triplet of each anchor, as in TensorFlow Addons: the farthest positive and the nearest
 * negative, `max(0, d_ap - d_an + margin)`.
 *
 * Each anchor with a negative has one loss; the default reducer takes their mean. The default distance is Euclidean
 * between embeddings as they are. An anchor without a positive is its own positive, at distance 0, so that its
 * negatives are pushed away; with a reference set such anchors are left out.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = tripletHardLoss({ soft: true });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017. https://arxiv.org/abs/1703.07737
 */
export function tripletHardLoss(options: TripletHardLossOptions = {}): Loss {
  const values = readOptions('tripletHardLoss', tripletHardLossOptions, options);
  const { margin, soft, distance } = values;

  return defineLoss({
    name: 'tripletHardLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const d = distance.matrix(batch.embeddings, batch.reference);
      const self = batch.reference === undefined;
      const { anchor, positive, negative } = chooseTriplets(
        'tripletHardLoss',
        distance,
        d,
        batch,
        ({ anchor, positives, negatives }, add) => {
          const farthest = positives.at(-1) ?? (self ? anchor : undefined);
          const nearest = negatives[0];
          if (farthest !== undefined && nearest !== undefined) add(farthest, nearest);
        },
      );
      if (anchor.length === 0) return [];
      const excess = howMuchFarther(distance, pick(d, anchor, positive), pick(d, anchor, negative));
      const values = soft ? softplus(excess) : relu(add(excess, margin));
      return [{ name: 'loss', kind: 'triplets', values, anchors: anchor }];
    },
  });
}
