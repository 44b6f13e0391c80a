import {
  add,
  div,
  maximum,
  minimum,
  mul,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow, asColumn } from '../../ops/rows.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface SupConLossOptions extends TupleLossOptions {
  /** Similarities are divided by this number: the smaller, the more the hardest examples count. 0.05 to 0.2. Default 0.1. */
  temperature?: number;
}

export const supConLossOptions: OptionTable<SupConLossOptions, 'regularizer'> = {
  temperature: preset(0.1, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => avgNonZeroReducer(),
  ),
};

/**
 * Supervised contrastive loss: for each anchor the mean over its positives p of
 * `-log(exp(s_ap / t) / sum over all positives and negatives of the anchor of exp(s / t))`.
 *
 * Each anchor has one loss; the default reducer takes the mean of those above 0. A repeated pair of tuples counts once,
 * also a pair that is among the positives and among the negatives.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = supConLoss({ temperature: 0.1 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Khosla et al.: Supervised Contrastive Learning, NeurIPS 2020. https://arxiv.org/abs/2004.11362
 */
export function supConLoss(options: SupConLossOptions = {}): Loss {
  const values = readOptions('supConLoss', supConLossOptions, options);
  const { temperature, distance } = values;

  return defineLoss({
    name: 'supConLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch, true);
      if (!anyPositive || !anyNegative) return [];
      const logits = div<Tensor2D>(similarities(distance, batch), temperature);
      const times = maximum(sum<Tensor1D>(positives, 1), 1);
      const meanPositive = div<Tensor1D>(sum(mul(positives, logits), 1), times);
      // Against the mean of the positives first: losses near 0 keep their digits.
      const above = sub<Tensor2D>(logits, asColumn(meanPositive));
      const all = maskedLogSumExp(above, minimum(add(positives, negatives), 1));
      const values = mul(all, anyInRow(positives));
      return [{ name: 'loss', kind: 'elements', values }];
    },
  });
}
