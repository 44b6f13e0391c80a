import { add, mul, relu, softplus, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { finite, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow } from '../../ops/rows.ts';
import { stopGradient } from '../../ops/stopGradient.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface CircleLossOptions extends TupleLossOptions {
  /**
   * The relaxation m: positives are drawn to a similarity above 1 - m, and negatives are pushed below m. 0.25 for
   * faces, 0.4 for fine-grained image retrieval. Default 0.4.
   */
  m?: number;
  /**
   * The scale gamma of the logits: the larger, the more the hardest pairs count. 256 for faces, 80 for fine-grained
   * image retrieval. Default 80.
   */
  gamma?: number;
}

export const circleLossOptions: OptionTable<CircleLossOptions, 'regularizer'> = {
  m: preset(0.4, finite),
  gamma: preset(80, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => avgNonZeroReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * Circle loss: `log(1 + sum over negatives n of exp(gamma w_n (s_n - m)) * sum over positives p of
 * exp(-gamma w_p (s_p - 1 + m)))` for each anchor.
 *
 * s is the cosine similarity of a pair. Each pair has its own factor: `w_n = max(0, s_n + m)` and
 * `w_p = max(0, 1 + m - s_p)`, which grows with the distance of the pair from its optimum. The factors are constants
 * for the gradient, as in the paper. Each anchor has one loss, which is 0 without a positive or without a negative; the
 * default reducer takes the mean of those above 0. A repeated pair of tuples counts once.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = circleLoss({ m: 0.25, gamma: 256 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Sun et al.: Circle Loss, CVPR 2020. https://arxiv.org/abs/2002.10857
 */
export function circleLoss(options: CircleLossOptions = {}): Loss {
  const values = readOptions('circleLoss', circleLossOptions, options);
  const { m, gamma, distance } = values;

  return defineLoss({
    name: 'circleLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives } = pairCounts(batch, true);
      const s = distance.matrix(batch.embeddings, batch.reference);
      const fixed = stopGradient(s);
      const positiveLogits = mul<Tensor2D>(mul(relu(sub(1 + m, fixed)), sub(1 - m, s)), gamma);
      const negativeLogits = mul<Tensor2D>(mul(relu(add(fixed, m)), sub(s, m)), gamma);
      const both = softplus(
        add(maskedLogSumExp(positiveLogits, positives), maskedLogSumExp(negativeLogits, negatives)),
      );
      const values = mul(both, mul(anyInRow(positives), anyInRow(negatives)));
      return [{ name: 'loss', kind: 'elements', values, meanClassWeight: true }];
    },
  });
}
