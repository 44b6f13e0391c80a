import { add, div, maximum, minimum, mul, sum, tensor1d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { countBefore } from '../../ops/countBefore.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import { defineLoss } from '../defineLoss.ts';
import { classPairs } from '../internal/classPairs.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface SmoothApLossOptions extends TupleLossOptions {
  /**
   * The temperature of the smooth ranks, in units of similarity: an example as similar as another counts half before
   * it, and one that is more similar by several times this number counts fully. Default 0.01.
   */
  temperature?: number;
}

export const smoothApLossOptions: OptionTable<SmoothApLossOptions, 'regularizer'> = {
  temperature: preset(0.01, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * Smooth-AP: one minus the average precision of each example's ranking, with ranks that are sums of sigmoids.
 *
 * The average is over the class of the example, itself included: the rank of a member within the class, divided by its
 * rank within the batch. Each example with a positive has one loss; the default reducer takes their mean. Classes may
 * be of any size and in any order. Tuples weigh an example by the number of tuples that it is in.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = smoothApLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Brown et al.: Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval, ECCV 2020.
 * https://arxiv.org/abs/2007.12163
 */
export function smoothApLoss(options: SmoothApLossOptions = {}): Loss {
  const values = readOptions('smoothApLoss', smoothApLossOptions, options);
  const { temperature, distance } = values;

  return defineLoss({
    name: 'smoothApLoss',
    accepts: { labels: 'needed', tuples: 'coefficients', reference: 'none' },
    distance,
    options: values,
    parts(batch) {
      const { pairs, sizes, members, negatives } = classPairs(batch.labels as Int32Array);
      const s = distance.matrix(batch.embeddings);
      const before = countBefore('smoothApLoss', s, pairs, members, temperature);
      const rank = add(before, 0.5); // ranks begin at 1, and each is half before itself
      const intruders = countBefore('smoothApLoss', s, pairs, negatives, temperature);
      const lost = sum(div(intruders, add(rank, intruders)), 1); // 1 - rank / (rank + intruders)
      const times = tensor1d(sizes);
      const weights = tensor1d(tupleWeights(batch.tuples, sizes.length));
      const values = mul(div(lost, maximum(times, 1)), weights);
      return [{ name: 'loss', kind: 'elements', values, counts: minimum(times, 1) }];
    },
  });
}
