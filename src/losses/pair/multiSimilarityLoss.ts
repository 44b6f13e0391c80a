import { add, div, mul, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { gap } from '../../distances/gap.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite, checkPositive } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface MultiSimilarityLossOptions extends TupleLossOptions {
  /** How sharply the least similar positives are preferred. Default 2. */
  alpha?: number;
  /** How sharply the most similar negatives are preferred. Default 50. */
  beta?: number;
  /** The similarity that positives should be above, and negatives below, in units of `distance`. Default 0.5. */
  base?: number;
}

/**
 * Multi-similarity loss: for each anchor, with s the similarity to another example,
 * `1/alpha log(1 + sum over positives of exp(-alpha (s - base)))` plus
 * `1/beta log(1 + sum over negatives of exp(beta (s - base)))`.
 *
 * One value an anchor, by default reduced to their mean. `distance` is `cosineSimilarity()` by default. A repeated
 * pair of tuples counts once.
 *
 * @throws MetricLearningError if `alpha` or `beta` is not positive, or `base` not finite.
 * @see Wang et al.: Multi-Similarity Loss, CVPR 2019. https://arxiv.org/abs/1904.06627
 */
export function multiSimilarityLoss(options: MultiSimilarityLossOptions = {}): Loss {
  checkOptions('multiSimilarityLoss', options, ['alpha', 'beta', 'base', ...tupleLossOptions]);
  const { alpha = 2, beta = 50, base = 0.5, distance = cosineSimilarity() } = options;
  checkPositive('multiSimilarityLoss', 'alpha', alpha);
  checkPositive('multiSimilarityLoss', 'beta', beta);
  checkFinite('multiSimilarityLoss', 'base', base);

  return defineLoss({
    name: 'multiSimilarityLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const pairs = pairCounts(batch, true);
      if (!pairs.anyPositive && !pairs.anyNegative) return [];
      const d = distance.matrix(batch.embeddings, batch.reference);
      const tooFar = mul<Tensor2D>(gap(distance, d, base), alpha);
      const tooNear = mul<Tensor2D>(gap(distance, base, d), beta);
      const values = add(
        div(maskedLogSumExp(tooFar, pairs.positives, { addOne: true }), alpha),
        div(maskedLogSumExp(tooNear, pairs.negatives, { addOne: true }), beta),
      );
      return [{ name: 'loss', kind: 'elements', values, evenClasses: true }];
    },
  });
}
