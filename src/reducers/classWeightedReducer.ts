import { checkList } from '../internal/checkList.ts';
import { checkNonNegative } from '../internal/checks.ts';
import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The mean over all tuples, where the loss of a tuple is multiplied by the weight of the anchor's class: `weights[id]`
 * for class `id`.
 *
 * The sum is divided by the number of tuples, not by the sum of the weights. Losses with one value for a whole row of
 * the matrix (`multiSimilarityLoss`, `circleLoss`, `angularLoss`, `liftedStructureLoss`,
 * `generalizedLiftedStructureLoss`, `tupletMarginLoss`) are multiplied by the mean weight of the batch, as in
 * pytorch-metric-learning. `perAnchorReducer(classWeightedReducer(weights))` multiplies each anchor by the weight of its
 * class.
 *
 * @throws MetricLearningError if a weight is negative or not finite, and at use for a class without a weight.
 * @example
 * contrastiveLoss({ reducer: classWeightedReducer([1, 1, 5]) }); // class 2 counts five times
 */
export function classWeightedReducer(weights: ArrayLike<number>): Reducer {
  checkList('classWeightedReducer', 'weights', weights, 'a number for each class');
  const classWeights = Array.from(weights);
  classWeights.forEach((weight, id) => {
    checkNonNegative('classWeightedReducer', `weights[${id}]`, weight);
  });
  return defineReducer({ name: 'classWeightedReducer', classWeights, divideBy: 'all' });
}
