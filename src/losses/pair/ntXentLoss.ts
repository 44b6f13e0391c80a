import { div, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { maskedSoftplus } from '../../ops/maskedSoftplus.ts';
import { asColumn } from '../../ops/rows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface NtXentLossOptions extends TupleLossOptions {
  /** Similarities are divided by this: the smaller, the more the hardest negatives count. Default 0.07. */
  temperature?: number;
}

/**
 * Normalized temperature-scaled cross entropy (InfoNCE): for each positive pair,
 * `-log(exp(s_ap / t) / (exp(s_ap / t) + sum over the anchor's negatives of exp(s_an / t)))`.
 *
 * The anchor's other positives are not in the denominator; in `supConLoss` they are. One value a positive pair, by
 * default reduced to their mean. `distance` is `cosineSimilarity()` by default.
 *
 * @throws MetricLearningError if `temperature` is not positive.
 * @see Chen et al.: SimCLR, ICML 2020. https://arxiv.org/abs/2002.05709
 * @see van den Oord, Li, Vinyals: Contrastive Predictive Coding, 2018. https://arxiv.org/abs/1807.03748
 */
export function ntXentLoss(options: NtXentLossOptions = {}): Loss {
  checkOptions('ntXentLoss', options, ['temperature', ...tupleLossOptions]);
  const { temperature = 0.07, distance = cosineSimilarity() } = options;
  checkPositive('ntXentLoss', 'temperature', temperature);

  return defineLoss({
    name: 'ntXentLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
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
