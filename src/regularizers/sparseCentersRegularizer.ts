import { type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { divisorReducer } from '../reducers/divisorReducer.ts';
import type { Reducer } from '../reducers/reducer.ts';
import type { Regularizer } from './regularizer.ts';

export interface SparseCentersRegularizerOptions {
  /** Classes the rows are the centers of. */
  classes: number;
  /** Centers of each class: rows c * centersPerClass to (c + 1) * centersPerClass - 1 are of class c. */
  centersPerClass: number;
  /** Default: `divisorReducer()`, the sum over twice the number of pairs. */
  reducer?: Reducer;
}

/**
 * The Euclidean distance of each two centers of one class, as unit vectors: merges centers a class does not need.
 * Centers that have merged have gradient 0.
 *
 * @throws MetricLearningError if `classes` or `centersPerClass` is no whole number >= 1, and at use if the rows are
 * not `classes * centersPerClass`.
 * @see Qian et al.: SoftTriple Loss, ICCV 2019, equation 7. https://arxiv.org/abs/1909.05235
 */
export function sparseCentersRegularizer(options: SparseCentersRegularizerOptions): Regularizer {
  checkOptions('sparseCentersRegularizer', options, ['classes', 'centersPerClass', 'reducer']);
  const where = 'sparseCentersRegularizer';
  const { classes, centersPerClass, reducer = divisorReducer() } = options;
  checkInteger(where, 'classes', classes);
  checkInteger(where, 'centersPerClass', centersPerClass);
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
