import { mul, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { between, flag } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { maskedSoftplus } from '../../ops/maskedSoftplus.ts';
import { negativeSums } from '../../ops/negativeSums.ts';
import { normalize } from '../../ops/normalize.ts';
import { product } from '../../ops/product.ts';
import { selfProducts } from '../../ops/selfProducts.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { partnersFromLabels } from '../../tuples/internal/partners.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules, unitEuclidean } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface AngularLossOptions extends TupleLossOptions {
  /** The angle at the negative, in the triangle of anchor, positive and negative, that is still allowed. In degrees, 36 to 55. Default 40. */
  alphaDegrees?: number;
  /** Divides negatives by their length, as anchors and positives are. Default false. */
  normalizeNegatives?: boolean;
}

export const angularLossOptions: OptionTable<AngularLossOptions, 'regularizer'> = {
  alphaDegrees: preset(40, between(0, 89)),
  normalizeNegatives: preset(false, flag),
  ...tupleLossRules(
    () => lpDistance(),
    () => meanReducer(),
    unitEuclidean(),
  ),
};

/**
 * Angular loss: for each positive pair (a, p) `log(1 + sum over negatives n of
 * exp(4 tan(alpha)^2 (a + p) n - 2 (1 + tan(alpha)^2) a p))`.
 *
 * Each positive pair has one loss; the default reducer takes their mean. The negatives of an anchor are all examples of
 * other classes, whatever the tuples say, so that labels are always needed. Anchors and positives are divided by their
 * length and negatives are not, as in the reference implementation: the loss depends on the length of the embeddings.
 * End the network with `unitLength()`, or set `normalizeNegatives`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = angularLoss({ normalizeNegatives: true });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Wang et al.: Deep Metric Learning with Angular Loss, ICCV 2017. https://arxiv.org/abs/1708.01682
 */
export function angularLoss(options: AngularLossOptions = {}): Loss {
  const values = readOptions('angularLoss', angularLossOptions, options);
  const { alphaDegrees, normalizeNegatives, distance } = values;
  const tanSquared = Math.tan((alphaDegrees * Math.PI) / 180) ** 2;

  return defineLoss({
    name: 'angularLoss',
    accepts: { labels: 'needed', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const { positives, anyPositive } = pairCounts(batch);
      if (!anyPositive) return [];
      const { embeddings, reference } = batch;
      const labels = batch.labels as Int32Array;
      const others = reference && (batch.candidateLabels as Int32Array);
      const { negatives } = partnersFromLabels(labels, others);

      const a = normalize(embeddings);
      const p = reference === undefined ? a : normalize(reference);
      const n = normalizeNegatives ? p : (reference ?? embeddings);
      const towards = (x: Tensor2D): Tensor2D => mul(product(x, n, false, true), 4 * tanSquared);
      const an = towards(a);
      const pn = reference === undefined ? an : towards(p);
      const products = reference === undefined ? selfProducts(a) : product(a, p, false, true);
      const ap = mul<Tensor2D>(products, 2 * (1 + tanSquared));
      const sums = negativeSums('angularLoss', an, pn, positives, negatives);
      const values = maskedSoftplus(sub(sums, ap), positives);
      return [{ name: 'loss', kind: 'pairs', values, counts: positives, meanClassWeight: true }];
    },
  });
}
