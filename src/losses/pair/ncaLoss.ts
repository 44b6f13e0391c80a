import { mul, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive } from '../../internal/checks.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import { defineLoss } from '../defineLoss.ts';
import { neighborhood } from '../internal/neighborhood.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface NcaLossOptions extends TupleLossOptions {
  /** Distances are multiplied by this: the larger, the more the nearest neighbors decide. Default 1. */
  softmaxScale?: number;
}

/**
 * Neighborhood components analysis: for each example `-log(sum over its class of exp(-scale d) / sum over all others
 * of exp(-scale d))`.
 *
 * One value an example, by default reduced to the mean over those that are not alone in their class. Tuples weigh the
 * examples by how often they are in them. `distance` is `lpDistance({ power: 2 })` by default.
 *
 * @throws MetricLearningError if `softmaxScale` is not positive.
 * @see Goldberger et al.: Neighbourhood Components Analysis, NIPS 2004.
 */
export function ncaLoss(options: NcaLossOptions = {}): Loss {
  checkOptions('ncaLoss', options, ['softmaxScale', ...tupleLossOptions]);
  const { softmaxScale = 1, distance = lpDistance({ power: 2 }) } = options;
  checkPositive('ncaLoss', 'softmaxScale', softmaxScale);

  return defineLoss({
    name: 'ncaLoss',
    accepts: { labels: 'needed', tuples: 'weights', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const logits = mul<Tensor2D>(similarities(distance, batch), softmaxScale);
      const { values, counts } = neighborhood(logits, batch);
      const anchorsOnly = batch.reference !== undefined;
      const weights = tensor1d(tupleWeights(batch.tuples, values.size, anchorsOnly));
      return [{ name: 'loss', kind: 'elements', values: mul(values, weights), counts }];
    },
  });
}
