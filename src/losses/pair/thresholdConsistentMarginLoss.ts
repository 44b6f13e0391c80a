import { mul } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkBetween, checkNonNegative } from '../../internal/checks.ts';
import { hinge } from '../../ops/hinge.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import { pairLoss } from './genericPairLoss.ts';

export interface ThresholdConsistentMarginLossOptions extends TupleLossOptions {
  /** Weight of the positive part. Default 1. */
  lambdaPlus?: number;
  /** Weight of the negative part. Default 1. */
  lambdaMinus?: number;
  /** Positives should be at least this similar (a cosine). Default 0.9. */
  marginPlus?: number;
  /** Negatives should be at most this similar (a cosine). Default 0.5. */
  marginMinus?: number;
}

/**
 * Threshold-consistent margin: `lambdaPlus * max(0, marginPlus - s)` of positive pairs, `lambdaMinus *
 * max(0, s - marginMinus)` of negative pairs. It is meant as an addition to another loss (`multipleLosses`), so that
 * one threshold suits all classes.
 *
 * Its parts `positive` and `negative` are each reduced for itself, by default to the mean over the pairs above 0, and
 * added. `distance` has to be `cosineSimilarity()`.
 *
 * @throws MetricLearningError if a margin is no cosine, a lambda is negative, or `distance` is another.
 * @see Zhang et al.: Threshold-Consistent Margin Loss, 2023. https://arxiv.org/abs/2307.04047
 */
export function thresholdConsistentMarginLoss(
  options: ThresholdConsistentMarginLossOptions = {},
): Loss {
  checkOptions('thresholdConsistentMarginLoss', options, [
    'lambdaPlus',
    'lambdaMinus',
    'marginPlus',
    'marginMinus',
    ...tupleLossOptions,
  ]);
  const where = 'thresholdConsistentMarginLoss';
  const { lambdaPlus = 1, lambdaMinus = 1, marginPlus = 0.9, marginMinus = 0.5 } = options;
  const { distance = cosineSimilarity() } = options;
  checkNonNegative(where, 'lambdaPlus', lambdaPlus);
  checkNonNegative(where, 'lambdaMinus', lambdaMinus);
  checkBetween(where, 'marginPlus', marginPlus, -1, 1);
  checkBetween(where, 'marginMinus', marginMinus, -1, 1);
  checkDistance(where, distance, 'cosineSimilarity');

  return pairLoss(
    where,
    {
      ...options,
      distance,
      positive: (s) => mul(hinge(s, marginPlus, true), lambdaPlus),
      negative: (s) => mul(hinge(s, marginMinus), lambdaMinus),
    },
    avgNonZeroReducer(),
  );
}
