import { add, relu } from '@tensorflow/tfjs-core';
import { gap } from '../../distances/gap.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkNonNegative } from '../../internal/checks.ts';
import { pick } from '../../ops/pick.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { chooseTriplets, nearestBeyond } from '../internal/chooseTriplets.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TripletSemiHardLossOptions extends TupleLossOptions {
  /** How much farther the negative must be than the positive, in units of `distance`. Default 1. */
  margin?: number;
}

/**
 * Triplet loss with semi-hard negatives, as TensorFlow Addons has it: for each positive pair the nearest negative that
 * is farther away than the positive, or if there is none, the farthest negative; `max(0, d_ap - d_an + margin)`.
 *
 * One value a positive pair, by default reduced to the mean over all of them, zeros too. `distance` is
 * `lpDistance({ normalize: false })` by default: Euclidean between embeddings as they are.
 *
 * @throws MetricLearningError if `margin` is negative or not finite.
 * @see Schroff et al.: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 */
export function tripletSemiHardLoss(options: TripletSemiHardLossOptions = {}): Loss {
  checkOptions('tripletSemiHardLoss', options, ['margin', ...tupleLossOptions]);
  const { margin = 1, distance = lpDistance({ normalize: false }) } = options;
  checkNonNegative('tripletSemiHardLoss', 'margin', margin);

  return defineLoss({
    name: 'tripletSemiHardLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const d = distance.matrix(batch.embeddings, batch.reference);
      const { anchor, positive, negative } = chooseTriplets(
        'tripletSemiHardLoss',
        distance,
        d,
        batch,
        (partners, add) => {
          if (partners.negatives.length === 0) return;
          for (const p of partners.positives) {
            add(p, nearestBeyond(partners, partners.distances[p] as number));
          }
        },
      );
      if (anchor.length === 0) return [];
      const excess = gap(distance, pick(d, anchor, positive), pick(d, anchor, negative));
      const values = relu(add(excess, margin));
      return [{ name: 'loss', kind: 'triplets', values, anchors: anchor }];
    },
  });
}
