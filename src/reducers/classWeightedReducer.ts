import { checkList } from '../internal/checkList.ts';
import { checkNonNegative } from '../internal/checks.ts';
import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The mean over all tuples, each multiplied by the weight of its anchor's class: `weights[id]` for class `id`.
 *
 * The sum is divided by the number of tuples, not by the sum of their weights. In losses whose value is one for a whole
 * row of the matrix (`multiSimilarityLoss`, `circleLoss`, `angularLoss`, `liftedStructureLoss`,
 * `generalizedLiftedStructureLoss`, `tupletMarginLoss`) the weights act by their mean over the batch, as in the reference
 * implementation; in `perAnchorReducer(classWeightedReducer(weights))` each anchor is weighted by its own class.
 *
 * @throws MetricLearningError if a weight is negative or not finite, and at use for a class without a weight.
 */
export function classWeightedReducer(weights: ArrayLike<number>): Reducer {
  checkList('classWeightedReducer', 'weights', weights, 'one a class');
  const classWeights = Array.from(weights);
  classWeights.forEach((weight, id) => {
    checkNonNegative('classWeightedReducer', `weights[${id}]`, weight);
  });
  return defineReducer({ name: 'classWeightedReducer', classWeights, divideBy: 'all' });
}
