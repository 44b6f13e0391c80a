import { add, div, mul, type Tensor2D } from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { finite, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface MultiSimilarityLossOptions extends TupleLossOptions {
  /** The sharpness for positives: the larger, the more the least similar positive counts. Default 2. */
  alpha?: number;
  /** The sharpness for negatives: the larger, the more the most similar negative counts. 40 to 50. Default 50. */
  beta?: number;
  /** Positives are drawn above this similarity and negatives pushed below it, in units of `distance`. Default 0.5. */
  base?: number;
}

export const multiSimilarityLossOptions: OptionTable<MultiSimilarityLossOptions, 'regularizer'> = {
  alpha: preset(2, positive),
  beta: preset(50, positive),
  base: preset(0.5, finite),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * Multi-similarity loss: for each anchor `1/alpha log(1 + sum over positives of exp(-alpha (s - base)))` plus
 * `1/beta log(1 + sum over negatives of exp(beta (s - base)))`, with the similarity s of the pair.
 *
 * Each anchor has one loss; the default reducer takes their mean. A repeated pair of tuples counts once. The paper
 * chooses the pairs with `multiSimilarityMiner`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = multiSimilarityLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Wang et al.: Multi-Similarity Loss, CVPR 2019. https://arxiv.org/abs/1904.06627
 */
export function multiSimilarityLoss(options: MultiSimilarityLossOptions = {}): Loss {
  const values = readOptions('multiSimilarityLoss', multiSimilarityLossOptions, options);
  const { alpha, beta, base, distance } = values;

  return defineLoss({
    name: 'multiSimilarityLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const pairs = pairCounts(batch, true);
      if (!pairs.anyPositive && !pairs.anyNegative) return [];
      const d = distance.matrix(batch.embeddings, batch.reference);
      const tooFar = mul<Tensor2D>(howMuchFarther(distance, d, base), alpha);
      const tooNear = mul<Tensor2D>(howMuchFarther(distance, base, d), beta);
      const values = add(
        div(maskedLogSumExp(tooFar, pairs.positives, { addOne: true }), alpha),
        div(maskedLogSumExp(tooNear, pairs.negatives, { addOne: true }), beta),
      );
      return [{ name: 'loss', kind: 'elements', values, meanClassWeight: true }];
    },
  });
}
