import {
  add,
  div,
  log,
  maximum,
  minimum,
  mul,
  pow,
  sub,
  sum,
  type Tensor2D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { oneOf, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { countBefore } from '../../ops/countBefore.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { classPairs } from '../internal/classPairs.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

/** What `pnpLoss` makes of r, the number of negatives before a positive. */
export type PnpVariant = 'O' | 'Ds' | 'Dq' | 'Iu' | 'Ib';

export interface PnpLossOptions extends TupleLossOptions {
  /**
   * The penalty of r negatives before a positive. 'O': r. 'Ds': log(1 + r). 'Dq': 1 - (1 + r)^-alpha. 'Iu':
   * (1 + r) log(1 + r). 'Ib': (b r - log(1 + b r)) / b^2. The paper prefers 'Dq'. Default 'O'.
   */
  variant?: PnpVariant;
  /** The exponent of the variant 'Dq'. 1 to 8. Default 1. */
  alpha?: number;
  /** The factor of the variant 'Ib'. Default 2. */
  b?: number;
  /**
   * The temperature of the smooth ranks, in units of similarity: a negative as similar as the positive counts half,
   * and one that is more similar by several times this number counts fully. Default 0.01.
   */
  anneal?: number;
}

export const pnpLossOptions: OptionTable<PnpLossOptions, 'regularizer'> = {
  variant: preset('O', oneOf('O', 'Ds', 'Dq', 'Iu', 'Ib')),
  alpha: preset(1, positive),
  b: preset(2, positive),
  anneal: preset(0.01, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * PNP, penalizing negatives before positives: for each anchor the mean, over its positives and itself, of the penalty
 * for the negatives that are more similar to the anchor.
 *
 * Each anchor with a positive has one loss; the default reducer takes their mean.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = pnpLoss({ variant: 'Dq', alpha: 4 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Li et al.: Rethinking the Optimization of Average Precision: Only Penalizing Negative Instances before Positive
 * Ones is Enough, AAAI 2022. https://arxiv.org/abs/2102.04640
 */
export function pnpLoss(options: PnpLossOptions = {}): Loss {
  const values = readOptions('pnpLoss', pnpLossOptions, options);
  const { variant, alpha, b, anneal, distance } = values;
  const variants: Record<PnpVariant, (r: Tensor2D) => Tensor2D> = {
    O: (r) => r,
    Ds: (r) => log(add(1, r)),
    Dq: (r) => sub(1, pow(add(1, r), -alpha)),
    Iu: (r) => mul(add(1, r), log(add(1, r))),
    Ib: (r) => div(sub(mul(b, r), log(add(1, mul(b, r)))), b ** 2),
  };
  const penalty = variants[variant];

  return defineLoss({
    name: 'pnpLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'none' },
    distance,
    options: values,
    parts(batch) {
      const { pairs, sizes, negatives } = classPairs(batch.labels as Int32Array);
      const s = distance.matrix(batch.embeddings);
      const before = countBefore('pnpLoss', s, pairs, negatives, anneal);
      const times = tensor1d(sizes);
      const values = div(sum(penalty(before), 1), maximum(times, 1)); // no negative before: no penalty
      return [{ name: 'loss', kind: 'elements', values, counts: minimum(times, 1) }];
    },
  });
}
