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
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { type OptionTable, readOptions } from '../../internal/readOptions.ts';
import { normalize } from '../../ops/normalize.ts';
import { product } from '../../ops/product.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import { classLossRules } from '../internal/classLossRules.ts';
import { classTargets, oneHot } from '../internal/classTargets.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { defineParametricLoss, type ParametricLoss } from '../parametricLoss.ts';
import { type ClassLossOptions, checkDims } from './classLoss.ts';

export interface P2sGradLossOptions extends ClassLossOptions {
  /** Has no effect: the loss is one number already. Default: `meanReducer()`. */
  reducer?: Reducer;
}

export const p2sGradLossOptions: OptionTable<
  P2sGradLossOptions,
  'regularizer' | 'parameterRegularizer'
> = classLossRules(() => meanReducer());

/**
 * P2SGrad: the mean squared difference between the cosines of embeddings to class vectors and their targets, 1 for the
 * target class and 0 for all others. There is no margin and no scale to choose.
 *
 * The parameter is `weight`, [dims, classes]; each call of `compute` first divides the class vectors by their lengths,
 * outside of the gradient.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = p2sGradLoss({ classes: 10, dims: 64 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Zhang et al.: P2SGrad, CVPR 2019. https://arxiv.org/abs/1905.02479
 */
export function p2sGradLoss(options: P2sGradLossOptions): ParametricLoss {
  const name = 'p2sGradLoss';
  const values = readOptions(name, p2sGradLossOptions, options);
  const { classes, dims, seed } = values;
  const weight = normalVariable('p2sGradLoss', seed, [dims, classes]);

  return defineParametricLoss({
    name,
    accepts: { labels: 'needed', tuples: 'none', reference: 'none', classes: true },
    options: values,
    distance: cosineSimilarity(),
    reducer: values.reducer,
    variables: { weight },
    parameterRows: () => transpose(weight as unknown as Tensor2D),
    parts(batch) {
      checkDims(name, batch.embeddings, dims);
      bringToUnitLength(weight);
      const mask = oneHot(classTargets(name, batch, classes));
      const columns = weight as unknown as Tensor2D;
      const cosines = clipByValue(product(normalize(batch.embeddings), columns), -1, 1);
      return [
        { name: 'loss', kind: 'reduced', values: mean<Scalar>(squaredDifference(cosines, mask)) },
      ];
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
