import { div, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { maskedSoftplus } from '../../ops/maskedSoftplus.ts';
import { asColumn } from '../../ops/rows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface NtXentLossOptions extends TupleLossOptions {
  /** Similarities are divided by this number: the smaller, the more the hardest negatives count. 0.05 to 0.5. Default 0.07. */
  temperature?: number;
}

export const ntXentLossOptions: OptionTable<NtXentLossOptions, 'regularizer'> = {
  temperature: preset(0.07, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * Normalized temperature-scaled cross entropy (NT-Xent, InfoNCE): for each positive pair
 * `-log(exp(s_ap / t) / (exp(s_ap / t) + sum over the negatives n of the anchor of exp(s_an / t)))`.
 *
 * The other positives of the anchor are not in the denominator; in `supConLoss` they are. Each positive pair has one
 * loss; the default reducer takes their mean. For two views of examples without labels see `simClrLoss`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = ntXentLoss({ temperature: 0.1 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Chen et al.: SimCLR, ICML 2020. https://arxiv.org/abs/2002.05709
 * @see van den Oord, Li, Vinyals: Contrastive Predictive Coding, 2018. https://arxiv.org/abs/1807.03748
 */
export function ntXentLoss(options: NtXentLossOptions = {}): Loss {
  const values = readOptions('ntXentLoss', ntXentLossOptions, options);
  const { temperature, distance } = values;

  return defineLoss({
    name: 'ntXentLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch);
      if (!anyPositive || !anyNegative) return [];
      const logits = div<Tensor2D>(similarities(distance, batch), temperature);
      const others = maskedLogSumExp(logits, negatives, { empty: -1e30 });
      // -log(e^s / (e^s + e^others)) = log(1 + e^(others - s))
      const values = maskedSoftplus(sub(asColumn(others), logits), positives);
      return [{ name: 'loss', kind: 'pairs', values, counts: positives }];
    },
  });
}
