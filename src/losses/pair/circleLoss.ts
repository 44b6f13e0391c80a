import { add, mul, relu, softplus, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite, checkPositive } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow } from '../../ops/rows.ts';
import { stopGradient } from '../../ops/stopGradient.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface CircleLossOptions extends TupleLossOptions {
  /** Relaxation: positives are pulled beyond the similarity 1 - m, negatives pushed below m. Default 0.4. */
  m?: number;
  /** Scale of the similarities. Default 80. */
  gamma?: number;
}

/**
 * Circle loss: `log(1 + sum over negatives of exp(gamma w_n (s_n - m)) * sum over positives of
 * exp(-gamma w_p (s_p - 1 + m)))` for each anchor, where each similarity s has a weight of its own,
 * `w_n = max(0, s_n + m)` and `w_p = max(0, 1 + m - s_p)`: the farther it is from its optimum, the more it counts.
 *
 * The weights are constants: the gradient is not the derivative of the value, as the paper has it. An anchor without
 * a positive or without a negative has 0. One value an anchor, by default reduced to the mean over those above 0.
 * `distance` has to be `cosineSimilarity()`. A repeated pair of tuples counts once.
 *
 * @throws MetricLearningError if `gamma` is not positive, `m` not finite, or `distance` another.
 * @see Sun et al.: Circle Loss, CVPR 2020. https://arxiv.org/abs/2002.10857
 */
export function circleLoss(options: CircleLossOptions = {}): Loss {
  checkOptions('circleLoss', options, ['m', 'gamma', ...tupleLossOptions]);
  const { m = 0.4, gamma = 80, distance = cosineSimilarity() } = options;
  checkFinite('circleLoss', 'm', m);
  checkPositive('circleLoss', 'gamma', gamma);
  checkDistance('circleLoss', distance, 'cosineSimilarity');

  return defineLoss({
    name: 'circleLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: avgNonZeroReducer(),
    parts(batch) {
      const { positives, negatives } = pairCounts(batch, true);
      const s = distance.matrix(batch.embeddings, batch.reference);
      const fixed = stopGradient(s);
      const pull = mul<Tensor2D>(mul(relu(sub(1 + m, fixed)), sub(1 - m, s)), gamma);
      const push = mul<Tensor2D>(mul(relu(add(fixed, m)), sub(s, m)), gamma);
      const both = softplus(
        add(maskedLogSumExp(pull, positives), maskedLogSumExp(push, negatives)),
      );
      const values = mul(both, mul(anyInRow(positives), anyInRow(negatives)));
      return [{ name: 'loss', kind: 'elements', values, evenClasses: true }];
    },
  });
}
