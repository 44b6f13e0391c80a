import { add, cumsum, div, maximum, mul, step, sub, sum, tensor1d } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger } from '../../internal/checks.ts';
import { anyInRow } from '../../ops/rows.ts';
import { softHistogram } from '../../ops/softHistogram.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface FastApLossOptions extends TupleLossOptions {
  /** Bins of the histograms of distances. Default 10. */
  numBins?: number;
}

/**
 * FastAP: one minus each example's average precision as a ranked list of all others would have it, made smooth by
 * histograms of its distances to positives and negatives.
 *
 * One value an example that has a positive, by default reduced to their mean. Tuples weigh the examples by how often
 * they are in them. `distance` is `lpDistance({ power: 2 })` by default; any `lpDistance` between unit vectors will
 * do, whose range the bins divide.
 *
 * @throws MetricLearningError if `numBins` is no whole number >= 1, or `distance` another.
 * @see Cakir et al.: Deep Metric Learning to Rank, CVPR 2019.
 */
export function fastApLoss(options: FastApLossOptions = {}): Loss {
  checkOptions('fastApLoss', options, ['numBins', ...tupleLossOptions]);
  const { numBins = 10, distance = lpDistance({ power: 2 }) } = options;
  checkInteger('fastApLoss', 'numBins', numBins);
  const [low, high] = distance.bounds ?? [0, 0];
  if (distance.inverted || low === high) {
    throw new MetricLearningError({
      where: 'fastApLoss',
      expected: 'distance to be an lpDistance between unit vectors',
      got: `${distance.name}, ${distance.inverted ? 'a similarity' : 'without normalize'}`,
    });
  }
  const bins = { low, width: (high - low) / numBins, bins: numBins };

  return defineLoss({
    name: 'fastApLoss',
    accepts: { labels: 'needed', tuples: 'weights', reference: 'none' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const { positives, negatives, anyPositive } = pairCounts({ ...batch, tuples: undefined });
      if (!anyPositive) return [];
      const d = distance.matrix(batch.embeddings);
      const near = softHistogram('fastApLoss', d, positives, bins);
      const far = softHistogram('fastApLoss', d, negatives, bins);
      const nearSoFar = cumsum(near, 1);
      const soFar = cumsum(add(near, far), 1);
      const safe = add(soFar, sub(1, step(soFar))); // 1 for 0: the product is 0 there too
      const precision = sum(div(mul(near, nearSoFar), safe), 1);
      const average = div(precision, maximum(sum(positives, 1), 1));
      const weights = tensor1d(tupleWeights(batch.tuples, d.shape[0]));
      const values = mul(sub(1, average), weights);
      return [{ name: 'loss', kind: 'elements', values, counts: anyInRow(positives) }];
    },
  });
}
