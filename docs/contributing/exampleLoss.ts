import { mul, softplus, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../src/distances/cosineSimilarity.ts';
import { finite, positive as positiveNumber } from '../../src/internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../src/internal/readOptions.ts';
import { defineLoss } from '../../src/losses/defineLoss.ts';
import { tupleLossRules } from '../../src/losses/internal/lossOptionRules.ts';
import { pairCounts } from '../../src/losses/internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../../src/losses/loss.ts';
import { meanReducer } from '../../src/reducers/meanReducer.ts';

export interface BinomialDevianceLossOptions extends TupleLossOptions {
  /** How steeply the loss rises beyond the boundary. 1 to 4. Default 2. */
  alpha?: number;
  /** The similarity between positive and negative pairs, in units of `distance`. 0.3 to 0.7. Default 0.5. */
  boundary?: number;
  /** What a negative pair costs beside a positive pair: there are more of them. 10 to 50. Default 25. */
  cost?: number;
}

export const binomialDevianceLossOptions: OptionTable<BinomialDevianceLossOptions, 'regularizer'> =
  {
    alpha: preset(2, positiveNumber),
    boundary: preset(0.5, finite),
    cost: preset(25, positiveNumber),
    ...tupleLossRules(
      () => cosineSimilarity(),
      () => meanReducer(),
    ),
  };

/**
 * Binomial deviance: `log(1 + exp(alpha * (boundary - s)))` of positive pairs with similarity s, and
 * `log(1 + exp(alpha * cost * (s - boundary)))` of negative pairs.
 *
 * The parts `positive` and `negative` are reduced one by one, by default to the mean over their pairs, and added. With a
 * distance in place of a similarity the signs turn.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = binomialDevianceLoss({ cost: 10 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Yi, Lei, Liao, Li: Deep Metric Learning for Person Re-identification, ICPR 2014.
 */
export function binomialDevianceLoss(options: BinomialDevianceLossOptions = {}): Loss {
  const values = readOptions('binomialDevianceLoss', binomialDevianceLossOptions, options);
  const { alpha, boundary, cost, distance } = values;
  const nearer = distance.inverted ? 1 : -1; // a larger similarity is nearer, a larger distance is not

  return defineLoss({
    name: 'binomialDevianceLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    reducer: values.reducer,
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const s = distance.matrix(batch.embeddings, batch.reference);
      const above = mul<Tensor2D>(sub(s, boundary), nearer);
      const deviance = (factor: number): Tensor2D => softplus(mul<Tensor2D>(above, factor));
      return [
        { name: 'positive', kind: 'pairs', values: deviance(-alpha), counts: positives },
        { name: 'negative', kind: 'pairs', values: deviance(alpha * cost), counts: negatives },
      ];
    },
  });
}
