import {
  add,
  div,
  maximum,
  mul,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { anyInRow, asColumn } from '../../ops/rows.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface SupConLossOptions extends TupleLossOptions {
  /** Similarities are divided by this: the smaller, the more the hardest examples count. Default 0.1. */
  temperature?: number;
}

/**
 * Supervised contrastive loss: for each anchor the mean over its positives of
 * `-log(exp(s_ap / t) / sum over all its positives and negatives of exp(s / t))`.
 *
 * One value an anchor, by default reduced to the mean over those above 0. `distance` is `cosineSimilarity()` by
 * default. A repeated pair of tuples counts once.
 *
 * @throws MetricLearningError if `temperature` is not positive.
 * @see Khosla et al.: Supervised Contrastive Learning, NeurIPS 2020. https://arxiv.org/abs/2004.11362
 */
export function supConLoss(options: SupConLossOptions = {}): Loss {
  checkOptions('supConLoss', options, ['temperature', ...tupleLossOptions]);
  const { temperature = 0.1, distance = cosineSimilarity() } = options;
  checkPositive('supConLoss', 'temperature', temperature);

  return defineLoss({
    name: 'supConLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: avgNonZeroReducer(),
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch, true);
      if (!anyPositive || !anyNegative) return [];
      const logits = div<Tensor2D>(similarities(distance, batch), temperature);
      const times = maximum(sum<Tensor1D>(positives, 1), 1);
      const meanPositive = div<Tensor1D>(sum(mul(positives, logits), 1), times);
      // Against the mean of the positives first: losses near 0 keep their digits.
      const above = sub<Tensor2D>(logits, asColumn(meanPositive));
      const all = maskedLogSumExp(above, add(positives, negatives));
      const values = mul(all, anyInRow(positives));
      return [{ name: 'loss', kind: 'elements', values }];
    },
  });
}
