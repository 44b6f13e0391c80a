import {
  add,
  div,
  exp,
  mul,
  neg,
  relu,
  step,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { howMuchFarther } from '../../distances/compareDistances.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { between, finite, nonNegative } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  optional,
  preset,
  readOptions,
  required,
} from '../../internal/readOptions.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { asColumn } from '../../ops/rows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface RankedListLossOptions extends TupleLossOptions {
  /** Positives are drawn nearer than `alpha - margin`, in units of `distance`. 0.4 in the paper. Required. */
  margin: number;
  /** The sharpness for negatives: the larger, the more the nearest negatives count; 0 weighs all alike. 10 in the paper. */
  Tn: number;
  /** The sharpness for positives: the larger, the more the farthest positives count; 0 weighs all alike. Default 0. */
  Tp?: number;
  /** The share of the negatives in the loss, from 0 to 1. Default 0.5. */
  imbalance?: number;
  /** Negatives are pushed farther than this, in units of `distance`. 1.2 in the paper. Default: 1 + margin / 2. */
  alpha?: number;
}

export const rankedListLossOptions: OptionTable<RankedListLossOptions, 'alpha' | 'regularizer'> = {
  margin: required(nonNegative),
  Tn: required(nonNegative),
  Tp: preset(0, nonNegative),
  imbalance: preset(0.5, between(0, 1)),
  alpha: optional(finite),
  ...tupleLossRules(
    () => lpDistance(),
    () => meanReducer(),
    onlyDistance('lpDistance'),
  ),
};

/**
 * Ranked list loss: for each anchor the mean of `d - (alpha - margin)` over the positives beyond `alpha - margin`,
 * weighted by `exp(Tp * violation)`, and the mean of `alpha - d` over the negatives within `alpha`, weighted by
 * `exp(Tn * violation)`.
 *
 * Each anchor has one loss; the default reducer takes their mean. Negatives at distance 0 are left out, as in the
 * reference implementation: no gradient could drive them apart.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = rankedListLoss({ margin: 0.4, Tn: 10 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Wang et al.: Ranked List Loss for Deep Metric Learning, CVPR 2019. https://arxiv.org/abs/1903.03238
 */
export function rankedListLoss(options: RankedListLossOptions): Loss {
  const values = readOptions('rankedListLoss', rankedListLossOptions, options);
  const { margin, Tn, Tp, imbalance, distance } = values;
  const { alpha = 1 + margin / 2 } = values;

  return defineLoss({
    name: 'rankedListLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'none' },
    distance,
    options: values,
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const d = distance.matrix(batch.embeddings);
      const far = violationMean(howMuchFarther(distance, d, alpha - margin), positives, Tp);
      const near = violationMean(howMuchFarther(distance, alpha, d), mul(negatives, step(d)), Tn);
      const values = add(mul(far, 1 - imbalance), mul(near, imbalance));
      return [{ name: 'loss', kind: 'elements', values }];
    },
  });
}

/**
 * Mean of each row's violations above 0 among those that count, weighted by exp(temperature * violation). The sum of
 * weights has a little added for each entry, as the reference implementation has it.
 */
function violationMean(violations: Tensor2D, counts: Tensor2D, temperature: number): Tensor1D {
  const counted = mul<Tensor2D>(counts, step(violations));
  const logits = mul<Tensor2D>(violations, temperature);
  const total = asColumn(maskedLogSumExp(logits, counted));
  const shares = exp(mul(sub(logits, total), counted)); // masked before exp: what does not count may be large
  const weighted = mul(mul(shares, relu(violations)), counted);
  const added = mul(exp(neg(total)), 1e-5 * violations.shape[1]);
  return sum(div(weighted, add(added, 1)), 1);
}
