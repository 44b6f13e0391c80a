import { div, type Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { neighborhood } from '../internal/neighborhood.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface SoftNearestNeighborLossOptions extends TupleLossOptions {
  /** Distances are divided by this number: the smaller, the more the nearest neighbors count. Default 1. */
  temperature?: number;
}

export const softNearestNeighborLossOptions: OptionTable<
  SoftNearestNeighborLossOptions,
  'regularizer'
> = {
  temperature: preset(1, positive),
  ...tupleLossRules(
    () => lpDistance({ power: 2, normalize: false }),
    () => meanReducer(),
  ),
};

/**
 * Soft nearest neighbor loss: for each example `-log(sum over the others of its class of exp(-d / t) / sum over all
 * others of exp(-d / t))`. It is `ncaLoss` with squared Euclidean distances between embeddings as they are.
 *
 * Each example has one loss; the default reducer takes the mean over the examples that are not singletons of their
 * class.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = softNearestNeighborLoss({ temperature: 10 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Frosst, Papernot, Hinton: Soft Nearest Neighbor Loss, ICML 2019. https://arxiv.org/abs/1902.01889
 */
export function softNearestNeighborLoss(options: SoftNearestNeighborLossOptions = {}): Loss {
  const values = readOptions('softNearestNeighborLoss', softNearestNeighborLossOptions, options);
  const { temperature, distance } = values;

  return defineLoss({
    name: 'softNearestNeighborLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const logits = div<Tensor2D>(similarities(distance, batch), temperature);
      return [{ name: 'loss', kind: 'elements', ...neighborhood(logits, batch) }];
    },
  });
}
