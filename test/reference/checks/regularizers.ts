import { dispose, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import type { ReducerSpec } from '../../support/referenceReducers.ts';
import { type RegularizerSpec, regularizerOf } from '../../support/referenceRegularizers.ts';
import { expectNear, gradientTolerance, type Numbers } from './compare.ts';

/** A case of `regularizers.json`. */
export interface RegularizerCase {
  id: string;
  regularizer: RegularizerSpec;
  /** The reducer in effect. */
  reducer?: ReducerSpec;
  weights: number[][];
  expected: { value: Numbers; grad: Numbers };
}

/** Compares a regularizer's value and gradient with the reference. */
export function checkRegularizer({
  regularizer,
  reducer,
  weights,
  expected,
}: RegularizerCase): void {
  const made = regularizerOf({ ...(reducer && { reducer }), ...regularizer });
  const rows = tensor2d(weights);
  const { value, grad } = valueAndGrad((x) => made.compute(x as Tensor2D))(rows);
  expectNear('value', value.dataSync()[0], expected.value);
  expectNear('grad', grad.arraySync(), expected.grad, gradientTolerance);
  dispose([rows, value, grad]);
}
