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
 * Leaves the losses as they are: `compute` then returns the loss of each tuple, [tuples], one part after the other,
 * in place of a scalar. It is for looking at them; an optimizer needs a scalar.
 *
 * Tuples are in the order of their anchors. Over all triplets this is the one reducer that makes their list.
 */
export function doNothingReducer(): Reducer {
  return {
    name: 'doNothingReducer',
    // The one reducer whose result is no scalar, for `compute` to return as if it were one.
    reduce: (part) => (part.kind === 'reduced' ? part.values : listed(part)) as Scalar,
  };
}

/** The values that count, as often as they count. */
function listed({ values, counts }: LossPart): Tensor {
  const flat = reshape(values, [values.size]);
  if (counts === undefined) return flat;
  const places: number[] = [];
  readNow('doNothingReducer', counts).forEach((times, place) => {
    for (let i = 0; i < times; i++) places.push(place);
  });
  return withGradient([flat], () => ({
    value: gather(flat, tensor1d(places, 'int32')),
    gradient: (dy) => [scatterRows(tensor2d(places, [places.length, 1], 'int32'), dy, flat.shape)],
  }));
}
