import { add, relu } from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { nonNegative } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { pick } from '../../ops/pick.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { chooseTriplets, nearestBeyond } from '../internal/chooseTriplets.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TripletSemiHardLossOptions extends TupleLossOptions {
  /**
   * How much farther from the anchor the negative must be than the positive, in units of `distance`. 0.2 for unit
   * vectors (FaceNet, squared distances). Default 1.
   */
  margin?: number;
}

export const tripletSemiHardLossOptions: OptionTable<TripletSemiHardLossOptions, 'regularizer'> = {
  margin: preset(1, nonNegative),
  ...tupleLossRules(
    () => lpDistance({ normalize: false }),
    () => meanReducer(),
  ),
};

/**
 * Triplet loss with semi-hard negatives, as in TensorFlow Addons: `max(0, d_ap - d_an + margin)` for each positive pair.
 *
 * The negative is the nearest one that is farther from the anchor than the positive; if there is none, the farthest of
 * all. Each positive pair has one loss; the default reducer takes their mean. The default distance is Euclidean between
 * embeddings as they are.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = tripletSemiHardLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 */
export function tripletSemiHardLoss(options: TripletSemiHardLossOptions = {}): Loss {
  const values = readOptions('tripletSemiHardLoss', tripletSemiHardLossOptions, options);
  const { margin, distance } = values;

  return defineLoss({
    name: 'tripletSemiHardLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options: values,
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
            add(p, nearestBeyond(partners, partners.distances[p]!));
          }
        },
      );
      if (anchor.length === 0) return [];
      const excess = howMuchFarther(distance, pick(d, anchor, positive), pick(d, anchor, negative));
      const values = relu(add(excess, margin));
      return [{ name: 'loss', kind: 'triplets', values, anchors: anchor }];
    },
  });
}
