import {
  gather,
  reshape,
  type Scalar,
  type Tensor,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { readNow } from '../ops/readNow.ts';
import { scatterRows } from '../ops/scatterRows.ts';
import { withGradient } from '../ops/withGradient.ts';
import type { LossPart, Reducer } from './reducer.ts';

/**
 * No reduction: `compute` returns the loss of each tuple, [tuples], one part after the other, in place of a scalar.
 *
 * It is for inspection; an optimizer needs a scalar. Tuples are in the order of their anchors. For all triplets of a
 * batch it makes a list of all triplets, which needs memory; the other reducers need no list.
 *
 * @example
 * const each = contrastiveLoss({ reducer: doNothingReducer() }).compute(embeddings, labels); // [pairs]
 */
export function doNothingReducer(): Reducer {
  return {
    name: 'doNothingReducer',
    // This is the one reducer whose result is no scalar: the type says a scalar all the same.
    reduce: (part) => (part.kind === 'reduced' ? part.values : listed(part)) as Scalar,
  };
}

/** The values that count, as often as they count. */
function listed({ values, counts }: LossPart): Tensor {
  const flat = reshape(values, [values.size]);
  if (counts === undefined) return flat;
  const indices: number[] = [];
  readNow('doNothingReducer', counts).forEach((times, index) => {
    for (let i = 0; i < times; i++) indices.push(index);
  });
  return withGradient([flat], () => ({
    value: gather(flat, tensor1d(indices, 'int32')),
    gradient: (dy) => [
      scatterRows(tensor2d(indices, [indices.length, 1], 'int32'), dy, flat.shape),
    ],
  }));
}
