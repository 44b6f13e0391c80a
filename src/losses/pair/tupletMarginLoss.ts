import { add, mul, relu, square, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkBetween, checkPositive } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { maskedSoftplus } from '../../ops/maskedSoftplus.ts';
import { asColumn } from '../../ops/rows.ts';
import { safeSqrt } from '../../ops/safeSqrt.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TupletMarginLossOptions extends TupleLossOptions {
  /** Slack of the angle between anchor and positive, in degrees. Default 5.73. */
  marginDegrees?: number;
  /** Scale of the similarities. Default 64. */
  scale?: number;
}

/**
 * Tuplet margin loss: for each positive pair at the angle t,
 * `log(1 + sum over the anchor's negatives of exp(scale (s_an - cos(t - margin))))`.
 *
 * One value a positive pair, by default reduced to their mean. `distance` has to be `cosineSimilarity()`.
 *
 * @throws MetricLearningError if `marginDegrees` is not from 0 to 180, `scale` not positive, or `distance` another.
 * @see Yu, Tao: Deep Metric Learning With Tuplet Margin Loss, ICCV 2019.
 */
export function tupletMarginLoss(options: TupletMarginLossOptions = {}): Loss {
  checkOptions('tupletMarginLoss', options, ['marginDegrees', 'scale', ...tupleLossOptions]);
  const { marginDegrees = 5.73, scale = 64, distance = cosineSimilarity() } = options;
  checkBetween('tupletMarginLoss', 'marginDegrees', marginDegrees, 0, 180);
  checkPositive('tupletMarginLoss', 'scale', scale);
  checkDistance('tupletMarginLoss', distance, 'cosineSimilarity');
  const margin = (marginDegrees * Math.PI) / 180;

  return defineLoss({
    name: 'tupletMarginLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
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
      return [{ name: 'loss', kind: 'pairs', values, counts: positives, evenClasses: true }];
    },
  });
}
