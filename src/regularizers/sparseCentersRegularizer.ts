import { type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { wholeNumber } from '../internal/optionKinds.ts';
import { made, type OptionTable, readOptions, required } from '../internal/readOptions.ts';
import { divisorReducer } from '../reducers/divisorReducer.ts';
import type { Reducer } from '../reducers/reducer.ts';
import { reducerKind } from '../reducers/reducerKind.ts';
import type { Regularizer } from './regularizer.ts';

export interface SparseCentersRegularizerOptions {
  /** The number of classes. */
  classes: number;
  /** The number of centers of each class: rows c * centersPerClass to (c + 1) * centersPerClass - 1 are of class c. */
  centersPerClass: number;
  /** Turns the penalties into one number. Default: `divisorReducer()`, the sum divided by twice the number of pairs. */
  reducer?: Reducer;
}

export const sparseCentersRegularizerOptions: OptionTable<SparseCentersRegularizerOptions> = {
  classes: required(wholeNumber(1)),
  centersPerClass: required(wholeNumber(1)),
  reducer: made(() => divisorReducer(), reducerKind),
};

/**
 * Penalty on each pair of centers of one class: their Euclidean distance as unit vectors. Centers that a class does not
 * need merge; merged centers have gradient 0.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, and at use if the number of rows is not
 * `classes * centersPerClass`.
 * @example
 * const parameterRegularizer = sparseCentersRegularizer({ classes: 10, centersPerClass: 3 });
 * softTripleLoss({ classes: 10, dims: 64, centersPerClass: 3, parameterRegularizer });
 * @see Qian et al.: SoftTriple Loss, ICCV 2019, equation 7. https://arxiv.org/abs/1909.05235
 */
export function sparseCentersRegularizer(options: SparseCentersRegularizerOptions): Regularizer {
  const where = 'sparseCentersRegularizer';
  const values = readOptions(where, sparseCentersRegularizerOptions, options);
  const { classes, centersPerClass, reducer } = values;
  const divisor = classes * centersPerClass * (centersPerClass - 1);
  const distance = lpDistance();

  return {
    name: where,
    compute(rows) {
      checkRows(where, rows, classes * centersPerClass);
      return tidy(() => {
        const values = distance.matrix(rows);
        const counts = pairsWithinClasses(classes, centersPerClass);
        return reducer.reduce({ name: 'loss', kind: 'pairs', values, counts, divisor }, null);
      });
    },
  };
}

/** 1 for each pair of centers i < j of one class, [centers, centers]. */
function pairsWithinClasses(classes: number, centersPerClass: number): Tensor2D {
  const count = classes * centersPerClass;
  const mask = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    const end = (Math.floor(i / centersPerClass) + 1) * centersPerClass;
    mask.fill(1, i * count + i + 1, i * count + end);
  }
  return tensor2d(mask, [count, count]);
}

function checkRows(where: string, rows: Tensor2D, count: number): void {
  if (rows.shape[0] === count) return;
  throw new MetricLearningError({
    where,
    expected: `classes * centersPerClass rows (${count})`,
    got: `${rows.shape[0]}`,
  });
}
