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
import { nonNegative, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { product } from '../../ops/product.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { LossPart } from '../../reducers/reducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { lossRules } from '../internal/lossOptionRules.ts';
import type { Loss, LossOptions } from '../loss.ts';

export interface VicRegLossOptions extends LossOptions {
  /** The invariance part is multiplied by this number: the two views of an example should be equal. Default 25. */
  invarianceLambda?: number;
  /** The variance parts are multiplied by this number: each dimension should have a deviation of 1 or more. Default 25. */
  varianceMu?: number;
  /** The covariance part is multiplied by this number: dimensions should not be correlated. Default 1. */
  covarianceV?: number;
  /** Added to variances before their root is taken. Default 0.0001. */
  eps?: number;
}

export const vicRegLossOptions: OptionTable<VicRegLossOptions, 'regularizer'> = {
  invarianceLambda: preset(25, nonNegative),
  varianceMu: preset(25, nonNegative),
  covarianceV: preset(1, nonNegative),
  eps: preset(1e-4, positive),
  ...lossRules(() => meanReducer()),
};

/**
 * Variance-invariance-covariance regularization, for two views without labels.
 *
 * `embeddings` and `reference.embeddings` are the two views of the same examples, row by row. Without a reference both
 * views are the same. The part `invariance` is the mean squared difference of the two views of each example. The parts
 * `variance1` and `variance2` are half of `max(0, 1 - deviation)` of each dimension. The part `covariance` is the sum
 * of the squared covariances of different dimensions, divided by the number of dimensions, in one number.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, and at use if labels are given.
 * @example
 * const value = vicRegLoss().compute(first, null, { reference: { embeddings: second } });
 * @see Bardes, Ponce, LeCun: VICReg, ICLR 2022. https://arxiv.org/abs/2105.04906
 */
export function vicRegLoss(options: VicRegLossOptions = {}): Loss {
  const values = readOptions('vicRegLoss', vicRegLossOptions, options);
  const { invarianceLambda, varianceMu, covarianceV, eps } = values;

  /** Half of what the deviation of each dimension lacks of 1. */
  const variance = (name: string, centered: Tensor2D): LossPart => {
    const deviation = sqrt(add(perDegree(sum(square(centered), 0), centered), eps));
    const missing = mul<Tensor1D>(relu(sub(1, deviation)), varianceMu / 2);
    return { name, kind: 'elements', values: missing };
  };

  return defineLoss({
    name: 'vicRegLoss',
    accepts: { labels: 'none', tuples: 'none', reference: 'optional' },
    options: values,
    reducer: values.reducer,
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
