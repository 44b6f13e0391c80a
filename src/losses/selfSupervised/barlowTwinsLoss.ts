import {
  add,
  div,
  eye,
  mean,
  mul,
  square,
  step,
  sub,
  sum,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { nonNegative } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { product } from '../../ops/product.ts';
import { safeSqrt } from '../../ops/safeSqrt.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { lossRules } from '../internal/lossOptionRules.ts';
import type { Loss, LossOptions } from '../loss.ts';

export interface BarlowTwinsLossOptions extends LossOptions {
  /** The squared correlations between different dimensions are multiplied by this number. Default 0.005. */
  lambda?: number;
}

export const barlowTwinsLossOptions: OptionTable<BarlowTwinsLossOptions, 'regularizer'> = {
  lambda: preset(5e-3, nonNegative),
  ...lossRules(() => meanReducer()),
};

/**
 * Barlow Twins, for two views without labels: the correlation of each dimension with itself in the other view should be 1, and
 * with every other dimension 0.
 *
 * `embeddings` and `reference.embeddings` are the two views of the same examples, row by row. The loss is the sum of
 * `(1 - correlation)^2` of each dimension with itself, plus `lambda` times the sum of `correlation^2` of different
 * dimensions. It is one number already: reducers leave it as it is. A dimension that does not vary within the batch has
 * correlation 0 with every dimension.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, and at use if labels are given.
 * @example
 * const value = barlowTwinsLoss().compute(first, null, { reference: { embeddings: second } });
 * @see Zbontar et al.: Barlow Twins, ICML 2021. https://arxiv.org/abs/2103.03230
 */
export function barlowTwinsLoss(options: BarlowTwinsLossOptions = {}): Loss {
  const values = readOptions('barlowTwinsLoss', barlowTwinsLossOptions, options);
  const { lambda } = values;

  return defineLoss({
    name: 'barlowTwinsLoss',
    accepts: { labels: 'none', tuples: 'none', reference: 'needed' },
    options: values,
    reducer: values.reducer,
    parts({ embeddings, reference = embeddings }) {
      checkViews('barlowTwinsLoss', embeddings, reference);
      const [batch, dims] = embeddings.shape;
      const products = product(standardized(embeddings), standardized(reference), true);
      const correlations = div<Tensor2D>(products, batch);
      const diagonal = eye(dims);
      const coefficients = add(mul(diagonal, 1 - lambda), lambda);
      const total = sum(mul(square(sub(diagonal, correlations)), coefficients));
      return [{ name: 'loss', kind: 'reduced', values: total }];
    },
  });
}

/** Columns with mean 0 and deviation 1; 0 where they do not vary. */
function standardized(x: Tensor2D): Tensor2D {
  const centered = sub(x, mean(x, 0, true));
  const deviation = safeSqrt(mean(square(centered), 0, true));
  return div(centered, add(deviation, sub(1, step(deviation))));
}
