import { mul, sub, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkBetween } from '../../internal/checks.ts';
import { maskedSoftplus } from '../../ops/maskedSoftplus.ts';
import { negativeSums } from '../../ops/negativeSums.ts';
import { normalize } from '../../ops/normalize.ts';
import { product } from '../../ops/product.ts';
import { selfProducts } from '../../ops/selfProducts.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { partnersFromLabels } from '../../tuples/internal/partners.ts';
import { defineLoss } from '../defineLoss.ts';
import { lossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, LossOptions } from '../loss.ts';

export interface AngularLossOptions extends LossOptions {
  /** Largest angle at the negative of the triangle of anchor, positive and negative, in degrees. Default 40. */
  alphaDegrees?: number;
  /** Divide negatives by their length too, as anchors and positives are. Default false. */
  normalizeNegatives?: boolean;
}

/**
 * Angular loss: for each positive pair (a, p) `log(1 + sum over negatives n of
 * exp(4 tan(alpha)^2 (a + p) n - 2 (1 + tan(alpha)^2) a p))`.
 *
 * Negatives are all examples of another class, whatever the tuples say, so labels are always needed. One value a
 * positive pair, by default reduced to their mean. Anchors and positives are divided by their length, negatives are
 * not, as the reference implementation has it: the loss depends on the length of embeddings. End the network with a
 * unit-length layer, or set `normalizeNegatives`.
 *
 * @throws MetricLearningError if `alphaDegrees` is not from 0 to 89.
 * @see Wang et al.: Deep Metric Learning with Angular Loss, ICCV 2017. https://arxiv.org/abs/1708.01682
 */
export function angularLoss(options: AngularLossOptions = {}): Loss {
  checkOptions('angularLoss', options, ['alphaDegrees', 'normalizeNegatives', ...lossOptions]);
  const { alphaDegrees = 40, normalizeNegatives = false } = options;
  checkBetween('angularLoss', 'alphaDegrees', alphaDegrees, 0, 89);
  const tanSquared = Math.tan((alphaDegrees * Math.PI) / 180) ** 2;

  return defineLoss({
    name: 'angularLoss',
    accepts: { labels: 'needed', tuples: 'tuples', reference: 'optional' },
    options,
    reducer: meanReducer(),
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
      return [{ name: 'loss', kind: 'pairs', values, counts: positives, evenClasses: true }];
    },
  });
}
