import { logSoftmax, mul, neg, sum, tensor2d } from '@tensorflow/tfjs-core';
import { indicesByClass } from '../../data/labels.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface InstanceLossOptions extends TupleLossOptions {
  /** Scale of the similarities. Default 64. */
  gamma?: number;
}

/**
 * Instance loss: the cross entropy of each example's similarities to the whole batch, itself among them. Without
 * labels each example is to find itself. With labels the i-th of the classes in the batch, in ascending order, is to
 * be found at the i-th example: that is how the reference implementation has it, and it says something only if the
 * batch's first examples are one of each class in this order.
 *
 * One value an example, by default reduced to their mean. `distance` has to be `cosineSimilarity()`.
 *
 * @throws MetricLearningError if `gamma` is not positive, or `distance` is another.
 * @see Zheng et al.: Dual-Path Convolutional Image-Text Embeddings with Instance Loss, 2020.
 * https://arxiv.org/abs/1711.05535
 */
export function instanceLoss(options: InstanceLossOptions = {}): Loss {
  checkOptions('instanceLoss', options, ['gamma', ...tupleLossOptions]);
  const { gamma = 64, distance = cosineSimilarity() } = options;
  checkPositive('instanceLoss', 'gamma', gamma);
  checkDistance('instanceLoss', distance, 'cosineSimilarity');

  return defineLoss({
    name: 'instanceLoss',
    accepts: { labels: 'optional', tuples: 'none', reference: 'none', classes: true },
    options,
    reducer: meanReducer(),
    parts({ embeddings, labels }) {
      const count = embeddings.shape[0];
      const targets = new Float32Array(count * count);
      ranks(labels ?? Int32Array.from({ length: count }, (_, i) => i)).forEach((rank, row) => {
        targets[row * count + rank] = 1;
      });
      const logits = mul(distance.matrix(embeddings), gamma);
      const likelihood = sum(mul(logSoftmax(logits), tensor2d(targets, [count, count])), 1);
      return [{ name: 'loss', kind: 'elements', values: neg(likelihood) }];
    },
  });
}

/** The place of each example's class among the classes that are there, in ascending order. */
function ranks(labels: Int32Array): Int32Array {
  const places = new Map([...indicesByClass(labels).keys()].map((label, rank) => [label, rank]));
  return labels.map((label) => places.get(label) as number);
}
