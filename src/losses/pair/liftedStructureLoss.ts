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
import { gap } from '../../distances/gap.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite } from '../../internal/checks.ts';
import { logAddExp } from '../../ops/logAddExp.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow, asColumn } from '../../ops/rows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface LiftedStructureLossOptions extends TupleLossOptions {
  /** How far negatives should be, in units of `distance`. Default 1. */
  negMargin?: number;
  /** How near positives need to be, in units of `distance`. Default 0. */
  posMargin?: number;
}

/**
 * Lifted structure loss: for each positive pair (a, p)
 * `1/2 max(0, log(sum of exp(negMargin - d) over the negatives of a and of p) + d_ap - posMargin)^2`.
 *
 * One value a positive pair, by default reduced to their mean. `distance` is `lpDistance()` by default. With a
 * reference set, whose members have no negatives of their own, only the negatives of a count.
 *
 * @throws MetricLearningError if a margin is not finite.
 * @see Song et al.: Deep Metric Learning via Lifted Structured Feature Embedding, CVPR 2016.
 * https://arxiv.org/abs/1511.06452
 */
export function liftedStructureLoss(options: LiftedStructureLossOptions = {}): Loss {
  checkOptions('liftedStructureLoss', options, ['negMargin', 'posMargin', ...tupleLossOptions]);
  const { negMargin = 1, posMargin = 0, distance = lpDistance() } = options;
  checkFinite('liftedStructureLoss', 'negMargin', negMargin);
  checkFinite('liftedStructureLoss', 'posMargin', posMargin);

  return defineLoss({
    name: 'liftedStructureLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch);
      if (!anyPositive || !anyNegative) return [];
      const d = distance.matrix(batch.embeddings, batch.reference);
      const near = maskedLogSumExp(gap(distance, negMargin, d), negatives, { empty: nothing });
      const flat = zeros<Rank.R2>(d.shape);
      const ofAnchor = add<Tensor2D>(asColumn(near), flat);
      const has = asColumn(anyInRow(negatives));
      let push = ofAnchor;
      let any = add<Tensor2D>(has, flat);
      if (batch.reference === undefined) {
        push = logAddExp(ofAnchor, add<Tensor2D>(transpose(asColumn(near)), flat));
        any = maximum(any, transpose(has));
      }
      // A positive pair without any negative is pulled together all the same.
      const pull = gap<Tensor2D>(distance, d, posMargin);
      const values = div(square(relu(add(mul(push, any), pull))), 2);
      return [{ name: 'loss', kind: 'pairs', values, counts: positives, evenClasses: true }];
    },
  });
}

const nothing = -1e30; // log of an empty sum
