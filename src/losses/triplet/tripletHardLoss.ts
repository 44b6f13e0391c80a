import { add, relu, softplus } from '@tensorflow/tfjs-core';
import { gap } from '../../distances/gap.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkNonNegative } from '../../internal/checks.ts';
import { pick } from '../../ops/pick.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { chooseTriplets } from '../internal/chooseTriplets.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TripletHardLossOptions extends TupleLossOptions {
  /** How much farther the negative must be than the positive, in units of `distance`; unused if `soft`. Default 1. */
  margin?: number;
  /** log(1 + exp(d_ap - d_an)) in place of max(0, d_ap - d_an + margin). Default false. */
  soft?: boolean;
}

/**
 * Triplet loss with the hardest triplet of each anchor, as TensorFlow Addons has it: its farthest positive and its
 * nearest negative. An anchor without positive takes itself as one, at distance 0: its negatives are pushed away.
 *
 * One value an anchor that has a negative, by default reduced to their mean, zeros too. `distance` is
 * `lpDistance({ normalize: false })` by default: Euclidean between embeddings as they are. With a reference set,
 * anchors without positive are left out.
 *
 * @throws MetricLearningError if `margin` is negative or not finite.
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017. https://arxiv.org/abs/1703.07737
 */
export function tripletHardLoss(options: TripletHardLossOptions = {}): Loss {
  checkOptions('tripletHardLoss', options, ['margin', 'soft', ...tupleLossOptions]);
  const { margin = 1, soft = false, distance = lpDistance({ normalize: false }) } = options;
  checkNonNegative('tripletHardLoss', 'margin', margin);

  return defineLoss({
    name: 'tripletHardLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
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
      const excess = gap(distance, pick(d, anchor, positive), pick(d, anchor, negative));
      const values = soft ? softplus(excess) : relu(add(excess, margin));
      return [{ name: 'loss', kind: 'triplets', values, anchors: anchor }];
    },
  });
}
