import {
  add,
  div,
  eye,
  mean,
  mul,
  relu,
  type Scalar,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkNonNegative, checkPositive } from '../../internal/checks.ts';
import { product } from '../../ops/product.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { LossPart } from '../../reducers/reducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { lossOptions } from '../internal/optionNames.ts';
import type { Loss, LossOptions } from '../loss.ts';

export interface VicRegLossOptions extends LossOptions {
  /** Weight of the invariance: both views of an example should be equal. Default 25. */
  invarianceLambda?: number;
  /** Weight of the variance: each dimension should have a deviation of 1 or more. Default 25. */
  varianceMu?: number;
  /** Weight of the covariance: dimensions should not say the same. Default 1. */
  covarianceV?: number;
  /** Added to variances before their root is taken. Default 1e-4. */
  eps?: number;
}

/**
 * Variance-invariance-covariance regularization, without labels: `embeddings` and `reference.embeddings` are two views
 * of the same examples, row by row.
 *
 * Its parts are `invariance`, the mean squared difference of each example's views; `variance1` and `variance2`, half
 * of `max(0, 1 - deviation)` of each dimension; and `covariance`, the squared covariances of dimensions, in one
 * number. Without a reference both views are the same.
 *
 * @throws MetricLearningError if a weight is negative or `eps` not positive, and at use if it is given labels.
 * @see Bardes, Ponce, LeCun: VICReg, ICLR 2022. https://arxiv.org/abs/2105.04906
 */
export function vicRegLoss(options: VicRegLossOptions = {}): Loss {
  checkOptions('vicRegLoss', options, [
    'invarianceLambda',
    'varianceMu',
    'covarianceV',
    'eps',
    ...lossOptions,
  ]);
  const { invarianceLambda = 25, varianceMu = 25, covarianceV = 1, eps = 1e-4 } = options;
  checkNonNegative('vicRegLoss', 'invarianceLambda', invarianceLambda);
  checkNonNegative('vicRegLoss', 'varianceMu', varianceMu);
  checkNonNegative('vicRegLoss', 'covarianceV', covarianceV);
  checkPositive('vicRegLoss', 'eps', eps);

  /** Half of what each dimension's deviation lacks of 1. */
  const variance = (name: string, centered: Tensor2D): LossPart => {
    const deviation = sqrt(add(perDegree(sum(square(centered), 0), centered), eps));
    const values = mul<Tensor1D>(relu(sub(1, deviation)), varianceMu / 2);
    return { name, kind: 'elements', values };
  };

  return defineLoss({
    name: 'vicRegLoss',
    accepts: { labels: 'none', tuples: 'none', reference: 'optional' },
    options,
    reducer: meanReducer(),
    parts({ embeddings, reference = embeddings }) {
      checkViews('vicRegLoss', embeddings, reference);
      const apart = mean<Tensor1D>(squaredDifference(embeddings, reference), 1);
      const [first, second] = [embeddings, reference].map((x) =>
        sub<Tensor2D>(x, mean(x, 0, true)),
      );
      const shared = add(covariance(first as Tensor2D), covariance(second as Tensor2D));
      return [
        { name: 'invariance', kind: 'elements', values: mul(apart, invarianceLambda) },
        variance('variance1', first as Tensor2D),
        variance('variance2', second as Tensor2D),
        { name: 'covariance', kind: 'reduced', values: mul(shared, covarianceV) },
      ];
    },
  });
}

/** Sum of the squared covariances of different dimensions, over the number of dimensions. */
function covariance(centered: Tensor2D): Scalar {
  const dims = centered.shape[1];
  const matrix = perDegree(product(centered, centered, true), centered);
  return div(sum(square(mul(matrix, sub(1, eye(dims))))), dims);
}

/** Divided by the batch's degrees of freedom, as unbiased variances are; a batch of one has none. */
function perDegree<T extends Tensor>(sums: T, { shape: [batch] }: Tensor2D): T {
  return div<T>(sums, Math.max(batch - 1, 1));
}
