import { mul } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { between, nonNegative } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { hinge } from '../../ops/hinge.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import { pairLoss } from './genericPairLoss.ts';

export interface ThresholdConsistentMarginLossOptions extends TupleLossOptions {
  /** The coefficient of the positive part. Default 1. */
  lambdaPlus?: number;
  /** The coefficient of the negative part. Default 1. */
  lambdaMinus?: number;
  /** Positive pairs with a cosine above this have no loss, from -1 to 1. Default 0.9. */
  marginPlus?: number;
  /** Negative pairs with a cosine below this have no loss, from -1 to 1. Default 0.5. */
  marginMinus?: number;
}

export const thresholdConsistentMarginLossOptions: OptionTable<
  ThresholdConsistentMarginLossOptions,
  'regularizer'
> = {
  lambdaPlus: preset(1, nonNegative),
  lambdaMinus: preset(1, nonNegative),
  marginPlus: preset(0.9, between(-1, 1)),
  marginMinus: preset(0.5, between(-1, 1)),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => avgNonZeroReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * Threshold-consistent margin: `lambdaPlus * max(0, marginPlus - s)` for each positive pair, and `lambdaMinus *
 * max(0, s - marginMinus)` for each negative pair, so that one threshold suits all classes.
 *
 * s is the cosine similarity of the pair. The parts `positive` and `negative` are reduced one by one, by default to the
 * mean over the pairs above 0, and added. The paper adds this loss to another one; see `multipleLosses`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = multipleLosses([{ loss: smoothApLoss() }, { loss: thresholdConsistentMarginLoss() }]);
 * @see Zhang et al.: Threshold-Consistent Margin Loss, 2023. https://arxiv.org/abs/2307.04047
 */
export function thresholdConsistentMarginLoss(
  options: ThresholdConsistentMarginLossOptions = {},
): Loss {
  const where = 'thresholdConsistentMarginLoss';
  const values = readOptions(where, thresholdConsistentMarginLossOptions, options);
  const { lambdaPlus, lambdaMinus, marginPlus, marginMinus } = values;
  return pairLoss(where, {
    ...values,
    positive: (s) => mul(hinge(s, marginPlus, true), lambdaPlus),
    negative: (s) => mul(hinge(s, marginMinus), lambdaMinus),
  });
}
