import { add, relu } from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { finite } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface GeneralizedLiftedStructureLossOptions extends TupleLossOptions {
  /** Negative pairs are pushed to this distance or farther, in units of `distance`. 1 with the default distance. Default 1. */
  negMargin?: number;
  /** Positive pairs are drawn to this distance or nearer, in units of `distance`. Default 0. */
  posMargin?: number;
}

export const generalizedLiftedStructureLossOptions: OptionTable<
  GeneralizedLiftedStructureLossOptions,
  'regularizer'
> = {
  negMargin: preset(1, finite),
  posMargin: preset(0, finite),
  ...tupleLossRules(
    () => lpDistance(),
    () => meanReducer(),
  ),
};

/**
 * Generalized lifted structure loss: for each anchor `max(0, log(sum over positives of exp(d - posMargin)) +
 * log(sum over negatives of exp(negMargin - d)))`; the logarithm of an empty sum counts as 0.
 *
 * Each anchor has one loss; the default reducer takes their mean. A repeated pair of tuples counts once.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = generalizedLiftedStructureLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017. https://arxiv.org/abs/1703.07737
 */
export function generalizedLiftedStructureLoss(
  options: GeneralizedLiftedStructureLossOptions = {},
): Loss {
  const values = readOptions(
    'generalizedLiftedStructureLoss',
    generalizedLiftedStructureLossOptions,
    options,
  );
  const { negMargin, posMargin, distance } = values;

  return defineLoss({
    name: 'generalizedLiftedStructureLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch, true);
      if (!anyPositive && !anyNegative) return [];
      const d = distance.matrix(batch.embeddings, batch.reference);
      const values = relu(
        add(
          maskedLogSumExp(howMuchFarther(distance, d, posMargin), positives),
          maskedLogSumExp(howMuchFarther(distance, negMargin, d), negatives),
        ),
      );
      return [{ name: 'loss', kind: 'elements', values, meanClassWeight: true }];
    },
  });
}
