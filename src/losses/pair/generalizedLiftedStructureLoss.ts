import { add, relu } from '@tensorflow/tfjs-core';
import { gap } from '../../distances/gap.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss } from '../loss.ts';
import type { LiftedStructureLossOptions } from './liftedStructureLoss.ts';

/**
 * Generalized lifted structure loss: for each anchor `max(0, log(sum over positives of exp(d - posMargin)) +
 * log(sum over negatives of exp(negMargin - d)))`; the logarithm of an empty sum counts as 0.
 *
 * One value an anchor, by default reduced to their mean. `distance` is `lpDistance()` by default. A repeated pair of
 * tuples counts once.
 *
 * @throws MetricLearningError if a margin is not finite.
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017. https://arxiv.org/abs/1703.07737
 */
export function generalizedLiftedStructureLoss(options: LiftedStructureLossOptions = {}): Loss {
  checkOptions('generalizedLiftedStructureLoss', options, [
    'negMargin',
    'posMargin',
    ...tupleLossOptions,
  ]);
  const { negMargin = 1, posMargin = 0, distance = lpDistance() } = options;
  checkFinite('generalizedLiftedStructureLoss', 'negMargin', negMargin);
  checkFinite('generalizedLiftedStructureLoss', 'posMargin', posMargin);

  return defineLoss({
    name: 'generalizedLiftedStructureLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch, true);
      if (!anyPositive && !anyNegative) return [];
      const d = distance.matrix(batch.embeddings, batch.reference);
      const values = relu(
        add(
          maskedLogSumExp(gap(distance, d, posMargin), positives),
          maskedLogSumExp(gap(distance, negMargin, d), negatives),
        ),
      );
      return [{ name: 'loss', kind: 'elements', values, evenClasses: true }];
    },
  });
}
