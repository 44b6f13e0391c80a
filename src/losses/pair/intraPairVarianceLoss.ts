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
import { nonNegative } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface IntraPairVarianceLossOptions extends TupleLossOptions {
  /** Positive pairs whose similarity is above (1 - posEps) times the mean have no loss. Default 0.01. */
  posEps?: number;
  /** Negative pairs whose similarity is below (1 + negEps) times the mean have no loss. Default 0.01. */
  negEps?: number;
}

export const intraPairVarianceLossOptions: OptionTable<
  IntraPairVarianceLossOptions,
  'regularizer'
> = {
  posEps: preset(0.01, nonNegative),
  negEps: preset(0.01, nonNegative),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * Intra-pair variance loss: `max(0, (1 - posEps) mean - s)^2` for each positive pair, and
 * `max(0, s - (1 + negEps) mean)^2` for each negative pair.
 *
 * s is the similarity of the pair, and each mean is over the similarities of all pairs of the same kind. The parts
 * `positive` and `negative` are reduced one by one, by default to their means, and added. The paper adds this loss to
 * `tupletMarginLoss`; see `multipleLosses`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = intraPairVarianceLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Yu, Tao: Deep Metric Learning With Tuplet Margin Loss, ICCV 2019.
 */
export function intraPairVarianceLoss(options: IntraPairVarianceLossOptions = {}): Loss {
  const values = readOptions('intraPairVarianceLoss', intraPairVarianceLossOptions, options);
  const { posEps, negEps, distance } = values;

  /** The square of what is missing to the mean of all pairs, or with `above` of the excess over it, beyond `eps`. */
  const deviation = (d: Tensor2D, counts: Tensor2D, eps: number, above: boolean): Tensor2D => {
    const mean = div<Scalar>(sum(mul(d, counts)), maximum(sum(counts), 1));
    return square(relu(above ? sub(d, mul(mean, 1 + eps)) : sub(mul(mean, 1 - eps), d)));
  };

  return defineLoss({
    name: 'intraPairVarianceLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const d = distance.matrix(batch.embeddings, batch.reference);
      const far = deviation(d, positives, posEps, !distance.inverted);
      const near = deviation(d, negatives, negEps, distance.inverted);
      return [
        { name: 'positive', kind: 'pairs', values: far, counts: positives },
        { name: 'negative', kind: 'pairs', values: near, counts: negatives },
      ];
    },
  });
}
