import {
  add,
  clipByValue,
  div,
  maximum,
  mean,
  type Scalar,
  sqrt,
  square,
  squaredDifference,
  sum,
  type Tensor2D,
  tidy,
  transpose,
  type Variable,
} from '@tensorflow/tfjs-core';
import { normalize } from '../../ops/normalize.ts';
import { product } from '../../ops/product.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { classTargets, oneHot } from '../internal/classTargets.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { defineParametricLoss, type ParametricLoss } from '../parametricLoss.ts';
import { type ClassLossOptions, checkClassOptions, checkDims } from './classLoss.ts';

/** Options of `p2sGradLoss`. */
export type P2sGradLossOptions = ClassLossOptions;

/**
 * P2SGrad: the mean squared difference between the cosines of embeddings to one weight vector a class and their
 * targets, 1 for the own class and 0 for the others. It has no margin and no scale to choose.
 *
 * It is one number already, so reducers leave it as it is. Its weights are `weight`, [dims, classes]; each call of
 * `compute` first brings them to unit length, outside of the gradient.
 *
 * @throws MetricLearningError if `classes` or `dims` is no whole number >= 1.
 * @see Zhang et al.: P2SGrad, CVPR 2019. https://arxiv.org/abs/1905.02479
 */
export function p2sGradLoss(options: P2sGradLossOptions): ParametricLoss {
  const name = 'p2sGradLoss';
  checkClassOptions(name, options);
  const { classes, dims, seed = 0 } = options;
  const weight = normalVariable(seed, [dims, classes]);

  return defineParametricLoss({
    name,
    accepts: { labels: 'needed', tuples: 'none', reference: 'none', classes: true },
    options,
    reducer: meanReducer(),
    variables: { weight },
    parameterRows: () => transpose(weight as unknown as Tensor2D),
    parts(batch) {
      checkDims(name, batch.embeddings, dims);
      bringToUnitLength(weight);
      const mask = oneHot(classTargets(name, batch, classes));
      const columns = weight as unknown as Tensor2D;
      const cosines = clipByValue(product(normalize(batch.embeddings), columns), -1, 1);
      const values = mean<Scalar>(squaredDifference(cosines, mask));
      return [{ name: 'loss', kind: 'reduced', values }];
    },
  });
}

/** Divides each column by its length, as torch's renorm to 1e-5 and back does it. */
function bringToUnitLength(weight: Variable): void {
  tidy(() => {
    const lengths = sqrt(sum(square(weight), 0, true));
    weight.assign(div(weight, maximum(add(lengths, 1e-7), 1e-5)));
  });
}
