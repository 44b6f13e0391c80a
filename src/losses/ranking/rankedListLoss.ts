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
import { gap } from '../../distances/gap.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkBetween, checkFinite, checkNonNegative } from '../../internal/checks.ts';
import { maskedLogSumExp } from '../../ops/maskedLogSumExp.ts';
import { asColumn } from '../../ops/rows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface RankedListLossOptions extends TupleLossOptions {
  /** How much nearer than `alpha` positives should be, in units of `distance`. */
  margin: number;
  /** How sharply the nearest negatives are preferred; 0 weighs all alike. */
  Tn: number;
  /** How sharply the farthest positives are preferred; 0 weighs all alike. Default 0. */
  Tp?: number;
  /** Share of the negatives in the loss, from 0 to 1. Default 0.5. */
  imbalance?: number;
  /** How far negatives should be, in units of `distance`. Default 1 + margin / 2. */
  alpha?: number;
}

/**
 * Ranked list loss: for each anchor the mean of `d - (alpha - margin)` over positives that are not within
 * `alpha - margin`, weighted by `exp(Tp * violation)`, and the mean of `alpha - d` over negatives within `alpha`,
 * weighted by `exp(Tn * violation)`.
 *
 * One value an anchor, by default reduced to their mean. `distance` has to be an `lpDistance`, by default
 * `lpDistance()`. Negatives at distance 0 are left out, as the reference implementation has it: no gradient could
 * drive them apart.
 *
 * @throws MetricLearningError if a number is out of its range, or `distance` is another.
 * @see Wang et al.: Ranked List Loss for Deep Metric Learning, CVPR 2019. https://arxiv.org/abs/1903.03238
 */
export function rankedListLoss(options: RankedListLossOptions): Loss {
  checkOptions('rankedListLoss', options, [
    'margin',
    'Tn',
    'Tp',
    'imbalance',
    'alpha',
    ...tupleLossOptions,
  ]);
  const { margin, Tn, Tp = 0, imbalance = 0.5, distance = lpDistance() } = options;
  const { alpha = 1 + margin / 2 } = options;
  checkNonNegative('rankedListLoss', 'margin', margin);
  checkNonNegative('rankedListLoss', 'Tn', Tn);
  checkNonNegative('rankedListLoss', 'Tp', Tp);
  checkBetween('rankedListLoss', 'imbalance', imbalance, 0, 1);
  checkFinite('rankedListLoss', 'alpha', alpha);
  checkDistance('rankedListLoss', distance, 'lpDistance');

  return defineLoss({
    name: 'rankedListLoss',
    accepts: { labels: 'needed', tuples: 'none', reference: 'none' },
    distance,
    options,
    reducer: meanReducer(),
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const d = distance.matrix(batch.embeddings);
      const far = violationMean(gap(distance, d, alpha - margin), positives, Tp);
      const near = violationMean(gap(distance, alpha, d), mul(negatives, step(d)), Tn);
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
