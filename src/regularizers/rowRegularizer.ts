import { type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { meanReducer } from '../reducers/meanReducer.ts';
import type { Regularizer, RegularizerOptions } from './regularizer.ts';

/** A regularizer from the penalty of each row. */
export function rowRegularizer(
  name: string,
  { reducer = meanReducer() }: RegularizerOptions,
  penalties: (rows: Tensor2D) => Tensor1D,
): Regularizer {
  return {
    name,
    compute(rows) {
      return tidy(() => {
        const part = { name: 'loss', kind: 'elements', values: penalties(rows) } as const;
        return reducer.reduce(part, null);
      });
    },
  };
}
