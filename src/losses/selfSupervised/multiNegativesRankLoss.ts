import { logSoftmax, mul, neg, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { dotProductSimilarity } from '../../distances/dotProductSimilarity.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import type { LossBatch } from '../lossBatch.ts';

export interface MultiNegativesRankLossOptions extends TupleLossOptions {
  /** Logits are similarities times this number: the larger, the sharper the softmax. 10 to 50. Default 20. */
  scale?: number;
  /** Default: `dotProductSimilarity()` between unit vectors. */
  distance?: Distance;
}

export const multiNegativesRankLossOptions: OptionTable<
  MultiNegativesRankLossOptions,
  'regularizer'
> = {
  scale: preset(20, positive),
  ...tupleLossRules(
    () => dotProductSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * Multiple negatives ranking: the cross entropy of finding the positive of `embeddings[i]`, which is
 * `reference.embeddings[i]`, among all rows of the reference. For data in pairs: questions and answers, images and captions.
 *
 * With labels of both, all rows of the reference with the label of `embeddings[i]` are its positives, and each has the
 * same share of the target; an embedding without positives is left out. One loss for each embedding.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const value = multiNegativesRankLoss().compute(questions, null, { reference: { embeddings: answers } });
 * @see Henderson et al.: Efficient Natural Language Response Suggestion, 2017. https://arxiv.org/abs/1705.00652
 */
export function multiNegativesRankLoss(options: MultiNegativesRankLossOptions = {}): Loss {
  const values = readOptions('multiNegativesRankLoss', multiNegativesRankLossOptions, options);
  const { scale, distance } = values;

  return defineLoss({
    name: 'multiNegativesRankLoss',
    accepts: { labels: 'optional', tuples: 'none', reference: 'needed' },
    distance,
    options: values,
    reducer: values.reducer,
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
    const row = shares.subarray(i * columns, (i + 1) * columns);
    if (labels === null || candidateLabels === null) row[i] = 1;
    else
      row.forEach((_, j) => {
        row[j] = labels[i] === candidateLabels[j] ? 1 : 0;
      });
    const count = row.reduce((sum, share) => sum + share, 0);
    if (count > 1)
      row.forEach((share, j) => {
        row[j] = share / count;
      });
  }
  return tensor2d(shares, [rows, columns]);
}
