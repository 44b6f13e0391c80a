import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/** The sum over all tuples. It grows with the batch: so must the learning rate shrink. */
export function sumReducer(): Reducer {
  return defineReducer({ name: 'sumReducer', divideBy: 'one' });
}
