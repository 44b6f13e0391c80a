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
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkPositive, show } from '../../internal/checks.ts';
import { countBefore } from '../../ops/countBefore.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { classPairs } from '../internal/classPairs.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface PnpLossOptions extends TupleLossOptions {
  /**
   * What becomes of r, the number of negatives before a positive. `O`: r. `Ds`: log(1 + r). `Dq`:
   * 1 - (1 + r)^-alpha. `Iu`: (1 + r) log(1 + r). `Ib`: (b r - log(1 + b r)) / b^2. Default `O`.
   */
  variant?: 'O' | 'Ds' | 'Dq' | 'Iu' | 'Ib';
  /** Of variant `Dq`. Default 1. */
  alpha?: number;
  /** Of variant `Ib`. Default 2. */
  b?: number;
  /** How smooth the ranks are: a negative counts half at equal similarity, fully from some times this. Default 0.01. */
  anneal?: number;
}

/**
 * Penalizing negatives before positives (PNP): for each anchor the mean, over its positives and itself, of the number
 * of negatives that are more similar, or what the variant makes of it.
 *
 * One value an anchor that has a positive, by default reduced to their mean. `distance` has to be `cosineSimilarity()`.
 *
 * @throws MetricLearningError if a number is not positive, `variant` none of those, or `distance` another.
 * @see Li et al.: Rethinking the Optimization of Average Precision: Only Penalizing Negative Instances before Positive
 * Ones is Enough, AAAI 2022. https://arxiv.org/abs/2102.04640
 */
export function pnpLoss(options: PnpLossOptions = {}): Loss {
  checkOptions('pnpLoss', options, ['variant', 'alpha', 'b', 'anneal', ...tupleLossOptions]);
  const { variant = 'O', alpha = 1, b = 2, anneal = 0.01 } = options;
  const { distance = cosineSimilarity() } = options;
  checkPositive('pnpLoss', 'alpha', alpha);
  checkPositive('pnpLoss', 'b', b);
  checkPositive('pnpLoss', 'anneal', anneal);
  checkDistance('pnpLoss', distance, 'cosineSimilarity');
  const variants: Record<string, (r: Tensor2D) => Tensor2D> = {
    O: (r) => r,
    Ds: (r) => log(add(1, r)),
    Dq: (r) => sub(1, pow(add(1, r), -alpha)),
    Iu: (r) => mul(add(1, r), log(add(1, r))),
    Ib: (r) => div(sub(mul(b, r), log(add(1, mul(b, r)))), b ** 2),
  };
  const penalty = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  if (penalty === undefined) {
    throw new MetricLearningError({
      where: 'pnpLoss',
      expected: `variant to be one of ${Object.keys(variants).join(', ')}`,
      got: show(variant),
    });
  }

  return defineLoss({
    name: 'pnpLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'none' },
    distance,
    options,
    reducer: meanReducer(),
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
