import {
  div,
  maximum,
  mul,
  relu,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkNonNegative } from '../../internal/checks.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface IntraPairVarianceLossOptions extends TupleLossOptions {
  /** Positive pairs within this share of their mean are left alone. Default 0.01. */
  posEps?: number;
  /** Negative pairs within this share of their mean are left alone. Default 0.01. */
  negEps?: number;
}

/**
 * Intra-pair variance loss: `max(0, (1 - posEps) mean - s)^2` of positive pairs, with the mean over all positive
 * similarities, and `max(0, s - (1 + negEps) mean)^2` of negative pairs: stragglers catch up with the rest. It is
 * meant as an addition to another loss, `tupletMarginLoss` in the paper.
 *
 * Its parts `positive` and `negative` are each reduced for itself, by default to their mean, and added. `distance` is
 * `cosineSimilarity()` by default.
 *
 * @throws MetricLearningError if an eps is negative or not finite.
 * @see Yu, Tao: Deep Metric Learning With Tuplet Margin Loss, ICCV 2019.
 */
export function intraPairVarianceLoss(options: IntraPairVarianceLossOptions = {}): Loss {
  checkOptions('intraPairVarianceLoss', options, ['posEps', 'negEps', ...tupleLossOptions]);
  const { posEps = 0.01, negEps = 0.01, distance = cosineSimilarity() } = options;
  checkNonNegative('intraPairVarianceLoss', 'posEps', posEps);
  checkNonNegative('intraPairVarianceLoss', 'negEps', negEps);

  /** How far pairs fall below their mean, or with `above` rise above it. */
  const stray = (d: Tensor2D, counts: Tensor2D, eps: number, above: boolean): Tensor2D => {
    const mean = div<Scalar>(sum(mul(d, counts)), maximum(sum(counts), 1));
    return square(relu(above ? sub(d, mul(mean, 1 + eps)) : sub(mul(mean, 1 - eps), d)));
  };

  return defineLoss({
    name: 'intraPairVarianceLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const d = distance.matrix(batch.embeddings, batch.reference);
      const far = stray(d, positives, posEps, !distance.inverted);
      const near = stray(d, negatives, negEps, distance.inverted);
      return [
        { name: 'positive', kind: 'pairs', values: far, counts: positives },
        { name: 'negative', kind: 'pairs', values: near, counts: negatives },
      ];
    },
  });
}
