import { logSoftmax, mul, neg, sum, tensor2d } from '@tensorflow/tfjs-core';
import { indicesByClass } from '../../data/labels.ts';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface InstanceLossOptions extends TupleLossOptions {
  /** Logits are similarities times this number: the larger, the sharper the softmax. Default 64. */
  gamma?: number;
}

export const instanceLossOptions: OptionTable<InstanceLossOptions, 'regularizer'> = {
  gamma: preset(64, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * Instance loss: the cross entropy of the similarities of each example to the whole batch, the example itself included.
 *
 * Without labels the target of an example is the example itself. With labels the target of the i-th class of the batch, in
 * ascending order, is the i-th example: so does the reference implementation. That is meaningful only if the first
 * examples of the batch are one of each class in this order. One loss for each example.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const value = instanceLoss().compute(embeddings, null); // embeddings [batch, dims]
 * @see Zheng et al.: Dual-Path Convolutional Image-Text Embeddings with Instance Loss, 2020.
 * https://arxiv.org/abs/1711.05535
 */
export function instanceLoss(options: InstanceLossOptions = {}): Loss {
  const values = readOptions('instanceLoss', instanceLossOptions, options);
  const { gamma, distance } = values;

  return defineLoss({
    name: 'instanceLoss',
    accepts: { labels: 'optional', tuples: 'none', reference: 'none', classes: true },
    distance,
    options: values,
    reducer: values.reducer,
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

/** The rank of the class of each example among the classes of the batch, in ascending order, from 0. */
function ranks(labels: Int32Array): Int32Array {
  const rankOf = new Map([...indicesByClass(labels).keys()].map((label, rank) => [label, rank]));
  return labels.map((label) => rankOf.get(label) as number);
}
