import { add, div, maximum, minimum, mul, sum, tensor1d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { countBefore } from '../../ops/countBefore.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { classPairs } from '../internal/classPairs.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface SmoothApLossOptions extends TupleLossOptions {
  /** How smooth the ranks are: one counts half at equal similarity, fully from some times this. Default 0.01. */
  temperature?: number;
}

/**
 * Smooth-AP: one minus each example's average precision, in which ranks are sums of sigmoids: for each of its class,
 * itself included, its rank among the class over its rank among all.
 *
 * One value an example that is not alone in its class, by default reduced to their mean. Classes may be of any size and
 * in any order. Tuples weigh the examples by how often they are in them. `distance` has to be `cosineSimilarity()`.
 *
 * @throws MetricLearningError if `temperature` is not positive, or `distance` another.
 * @see Brown et al.: Smooth-AP: Smoothing the Path Towards Large-Scale Image Retrieval, ECCV 2020.
 * https://arxiv.org/abs/2007.12163
 */
export function smoothApLoss(options: SmoothApLossOptions = {}): Loss {
  checkOptions('smoothApLoss', options, ['temperature', ...tupleLossOptions]);
  const { temperature = 0.01, distance = cosineSimilarity() } = options;
  checkPositive('smoothApLoss', 'temperature', temperature);
  checkDistance('smoothApLoss', distance, 'cosineSimilarity');

  return defineLoss({
    name: 'smoothApLoss',
    accepts: { labels: 'needed', tuples: 'weights', reference: 'none' },
    distance,
    options,
    reducer: meanReducer(),
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
