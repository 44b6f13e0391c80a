import {
  add,
  div,
  maximum,
  mul,
  type Rank,
  relu,
  square,
  type Tensor2D,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { finite } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { logAddExp } from '../../ops/logAddExp.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow, asColumn } from '../../ops/rows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface LiftedStructureLossOptions extends TupleLossOptions {
  /** Negative pairs are pushed to this distance or farther, in units of `distance`. 1 with the default distance. Default 1. */
  negMargin?: number;
  /** Positive pairs are drawn to this distance or nearer, in units of `distance`. Default 0. */
  posMargin?: number;
}

export const liftedStructureLossOptions: OptionTable<LiftedStructureLossOptions, 'regularizer'> = {
  negMargin: preset(1, finite),
  posMargin: preset(0, finite),
  ...tupleLossRules(
    () => lpDistance(),
    () => meanReducer(),
  ),
};

/**
 * Lifted structure loss: for each positive pair (a, p)
 * `1/2 max(0, log(sum of exp(negMargin - d) over the negatives of a and of p) + d_ap - posMargin)^2`.
 *
 * Each positive pair has one loss; the default reducer takes their mean. With a reference set only the negatives of the
 * anchor count: the members of the set have none.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = liftedStructureLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Song et al.: Deep Metric Learning via Lifted Structured Feature Embedding, CVPR 2016.
 * https://arxiv.org/abs/1511.06452
 */
export function liftedStructureLoss(options: LiftedStructureLossOptions = {}): Loss {
  const values = readOptions('liftedStructureLoss', liftedStructureLossOptions, options);
  const { negMargin, posMargin, distance } = values;

  return defineLoss({
    name: 'liftedStructureLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch);
      if (!anyPositive || !anyNegative) return [];
      const d = distance.matrix(batch.embeddings, batch.reference);
      const near = maskedLogSumExp(howMuchFarther(distance, negMargin, d), negatives, {
        empty: nothing,
      });
      const flat = zeros<Rank.R2>(d.shape);
      const ofAnchor = add<Tensor2D>(asColumn(near), flat);
      const has = asColumn(anyInRow(negatives));
      let ofNegatives = ofAnchor;
      let any = add<Tensor2D>(has, flat);
      if (batch.reference === undefined) {
        ofNegatives = logAddExp(ofAnchor, add<Tensor2D>(transpose(asColumn(near)), flat));
        any = maximum(any, transpose(has));
      }
      // A positive pair without any negative has a loss all the same.
      const ofPositive = howMuchFarther<Tensor2D>(distance, d, posMargin);
      const values = div(square(relu(add(mul(ofNegatives, any), ofPositive))), 2);
      return [{ name: 'loss', kind: 'pairs', values, counts: positives, meanClassWeight: true }];
    },
  });
}

const nothing = -1e30; // log of an empty sum
