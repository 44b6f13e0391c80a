import { div, type Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { neighborhood } from '../internal/neighborhood.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface SoftNearestNeighborLossOptions extends TupleLossOptions {
  /** Distances are divided by this: the smaller, the more the nearest neighbors decide. Default 1. */
  temperature?: number;
}

/**
 * Soft nearest neighbor loss: for each example `-log(sum over its class of exp(-d / t) / sum over all others of
 * exp(-d / t))`: `ncaLoss` on embeddings as they are, in squared Euclidean distance.
 *
 * One value an example, by default reduced to the mean over those that are not alone in their class. `distance` is
 * `lpDistance({ power: 2, normalize: false })` by default.
 *
 * @throws MetricLearningError if `temperature` is not positive.
 * @see Frosst, Papernot, Hinton: Soft Nearest Neighbor Loss, ICML 2019. https://arxiv.org/abs/1902.01889
 */
export function softNearestNeighborLoss(options: SoftNearestNeighborLossOptions = {}): Loss {
  checkOptions('softNearestNeighborLoss', options, ['temperature', ...tupleLossOptions]);
  const { temperature = 1, distance = lpDistance({ power: 2, normalize: false }) } = options;
  checkPositive('softNearestNeighborLoss', 'temperature', temperature);

  return defineLoss({
    name: 'softNearestNeighborLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const logits = div<Tensor2D>(similarities(distance, batch), temperature);
      return [{ name: 'loss', kind: 'elements', ...neighborhood(logits, batch) }];
    },
  });
}
