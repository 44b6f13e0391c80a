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
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkNonNegative } from '../../internal/checks.ts';
import { product } from '../../ops/product.ts';
import { safeSqrt } from '../../ops/safeSqrt.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { lossOptions } from '../internal/optionNames.ts';
import type { Loss, LossOptions } from '../loss.ts';

export interface BarlowTwinsLossOptions extends LossOptions {
  /** Weight of correlations between different dimensions. Default 0.005. */
  lambda?: number;
}

/**
 * Barlow Twins, without labels: `embeddings` and `reference.embeddings` are two views of the same examples, row by
 * row. The correlation of each dimension with itself in the other view should be 1, with any other dimension 0: the
 * loss is the sum of the squared differences, the latter times `lambda`.
 *
 * A dimension that does not vary within the batch has correlation 0 with everything.
 *
 * @throws MetricLearningError if `lambda` is negative, and at use if it is given labels.
 * @see Zbontar et al.: Barlow Twins, ICML 2021. https://arxiv.org/abs/2103.03230
 */
export function barlowTwinsLoss(options: BarlowTwinsLossOptions = {}): Loss {
  checkOptions('barlowTwinsLoss', options, ['lambda', ...lossOptions]);
  const { lambda = 5e-3 } = options;
  checkNonNegative('barlowTwinsLoss', 'lambda', lambda);

  return defineLoss({
    name: 'barlowTwinsLoss',
    accepts: { labels: 'none', tuples: 'none', reference: 'needed' },
    options,
    reducer: meanReducer(),
    parts({ embeddings, reference = embeddings }) {
      checkViews('barlowTwinsLoss', embeddings, reference);
      const [batch, dims] = embeddings.shape;
      const products = product(standardized(embeddings), standardized(reference), true);
      const correlations = div<Tensor2D>(products, batch);
      const own = eye(dims);
      const weights = add(mul(own, 1 - lambda), lambda);
      const values = sum(mul(square(sub(own, correlations)), weights));
      return [{ name: 'loss', kind: 'reduced', values }];
    },
  });
}

/** Columns with mean 0 and deviation 1; 0 where they do not vary. */
function standardized(x: Tensor2D): Tensor2D {
  const centered = sub(x, mean(x, 0, true));
  const deviation = safeSqrt(mean(square(centered), 0, true));
  return div(centered, add(deviation, sub(1, step(deviation))));
}
