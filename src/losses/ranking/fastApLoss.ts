import { add, cumsum, div, maximum, mul, step, sub, sum, tensor1d } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { anyInRow } from '../../ops/rows.ts';
import { softHistogram } from '../../ops/softHistogram.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import { defineLoss } from '../defineLoss.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface FastApLossOptions extends TupleLossOptions {
  /** The number of bins that divide the range of distances. 10 to 20. Default 10. */
  numBins?: number;
}

export const fastApLossOptions: OptionTable<FastApLossOptions, 'regularizer'> = {
  numBins: preset(10, wholeNumber(1)),
  ...tupleLossRules(
    () => lpDistance({ power: 2 }),
    () => meanReducer(),
    onlyDistance(
      'lpDistance',
      'an lpDistance between unit vectors',
      ({ bounds }) => bounds !== undefined && bounds[0] < bounds[1],
    ),
  ),
};

/**
 * FastAP: one minus the average precision of each example's ranking of all others, made smooth by histograms of its
 * distances to positives and negatives.
 *
 * Each example with a positive has one loss; the default reducer takes their mean. Tuples weigh an example by the
 * number of tuples that it is in. `distance` may be any `lpDistance` between unit vectors: the bins divide its range.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = fastApLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Cakir et al.: Deep Metric Learning to Rank, CVPR 2019.
 */
export function fastApLoss(options: FastApLossOptions = {}): Loss {
  const values = readOptions('fastApLoss', fastApLossOptions, options);
  const { numBins, distance } = values;
  const [low, high] = distance.bounds as readonly [number, number];
  const bins = { low, width: (high - low) / numBins, bins: numBins };

  return defineLoss({
    name: 'fastApLoss',
    accepts: { labels: 'needed', tuples: 'coefficients', reference: 'none' },
    distance,
    options: values,
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
