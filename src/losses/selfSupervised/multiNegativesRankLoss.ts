import { logSoftmax, mul, neg, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { dotProductSimilarity } from '../../distances/dotProductSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import type { LossBatch } from '../lossBatch.ts';

export interface MultiNegativesRankLossOptions extends TupleLossOptions {
  /** Scale of the similarities. Default 20. */
  scale?: number;
}

/**
 * Multiple negatives ranking: the cross entropy of finding the positive of `embeddings[i]`, which is
 * `reference.embeddings[i]`, among all of the reference. For data that comes in pairs: questions and answers, images
 * and captions.
 *
 * With labels of both, all of the reference with the label of `embeddings[i]` are its positives, and share the target
 * evenly; an embedding without one is left out. One value an embedding, by default reduced to their mean. `distance`
 * is `dotProductSimilarity()` by default, between unit vectors.
 *
 * @throws MetricLearningError if `scale` is not positive.
 * @see Henderson et al.: Efficient Natural Language Response Suggestion, 2017. https://arxiv.org/abs/1705.00652
 */
export function multiNegativesRankLoss(options: MultiNegativesRankLossOptions = {}): Loss {
  checkOptions('multiNegativesRankLoss', options, ['scale', ...tupleLossOptions]);
  const { scale = 20, distance = dotProductSimilarity() } = options;
  checkPositive('multiNegativesRankLoss', 'scale', scale);

  return defineLoss({
    name: 'multiNegativesRankLoss',
    accepts: { labels: 'optional', tuples: 'none', reference: 'needed' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const targets = positivesOf(batch);
      const logits = mul<Tensor2D>(similarities(distance, batch), scale);
      const found = sum(targets, 1);
      const likelihood = sum(mul(logSoftmax(logits), targets), 1);
      return [{ name: 'loss', kind: 'elements', values: neg(likelihood), counts: found }];
    },
  });
}

/** The share of each candidate in the target of each embedding, [batch, candidates]. */
function positivesOf({ embeddings, reference, labels, candidateLabels }: LossBatch): Tensor2D {
  if (labels === null) checkViews('multiNegativesRankLoss', embeddings, reference as Tensor2D);
  const [rows, columns] = [embeddings.shape[0], (reference as Tensor2D).shape[0]];
  const shares = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const own = shares.subarray(i * columns, (i + 1) * columns);
    if (labels === null || candidateLabels === null) own[i] = 1;
    else
      own.forEach((_, j) => {
        own[j] = labels[i] === candidateLabels[j] ? 1 : 0;
      });
    const count = own.reduce((sum, share) => sum + share, 0);
    if (count > 1)
      own.forEach((share, j) => {
        own[j] = share / count;
      });
  }
  return tensor2d(shares, [rows, columns]);
}
