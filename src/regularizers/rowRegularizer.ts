import { type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { Reducer } from '../reducers/reducer.ts';
import type { Regularizer } from './regularizer.ts';

/** Makes a regularizer from a function that gives the penalty of each row, [rows]. */
export function rowRegularizer(
  name: string,
  reducer: Reducer,
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
