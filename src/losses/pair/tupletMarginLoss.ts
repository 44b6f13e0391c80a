import { add, mul, relu, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { between, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { maskedSoftplus } from '../../ops/maskedSoftplus.ts';
import { asColumn } from '../../ops/rows.ts';
import { safeSqrt } from '../../ops/safeSqrt.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TupletMarginLossOptions extends TupleLossOptions {
  /** The angle between anchor and positive that is left free, in degrees. Default 5.73, which is 0.1 radians. */
  marginDegrees?: number;
  /** Similarities are multiplied by this number: the larger, the more the hardest negatives count. Default 64. */
  scale?: number;
}

export const tupletMarginLossOptions: OptionTable<TupletMarginLossOptions, 'regularizer'> = {
  marginDegrees: preset(5.73, between(0, 180)),
  scale: preset(64, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * Tuplet margin loss: for each positive pair, whose embeddings are at the angle t,
 * `log(1 + sum over the negatives n of the anchor of exp(scale (s_an - cos(t - margin))))`.
 *
 * Each positive pair has one loss; the default reducer takes their mean.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = tupletMarginLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Yu, Tao: Deep Metric Learning With Tuplet Margin Loss, ICCV 2019.
 */
export function tupletMarginLoss(options: TupletMarginLossOptions = {}): Loss {
  const values = readOptions('tupletMarginLoss', tupletMarginLossOptions, options);
  const { marginDegrees, scale, distance } = values;
  const margin = (marginDegrees * Math.PI) / 180;

  return defineLoss({
    name: 'tupletMarginLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives, anyPositive, anyNegative } = pairCounts(batch);
      if (!anyPositive || !anyNegative) return [];
      const s = distance.matrix(batch.embeddings, batch.reference);
      const others = maskedLogSumExp(mul(s, scale), negatives, { empty: -1e30 });
      const sine = safeSqrt(relu<Tensor2D>(sub(1, square(s))));
      // cos(angle - margin) without the angle: webgl's arccosine has three digits
      const slackened = mul<Tensor2D>(
        add(mul(s, Math.cos(margin)), mul(sine, Math.sin(margin))),
        scale,
      );
      const values = maskedSoftplus(sub(asColumn(others), slackened), positives);
      return [{ name: 'loss', kind: 'pairs', values, counts: positives, meanClassWeight: true }];
    },
  });
}
