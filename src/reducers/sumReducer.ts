import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The sum over all tuples. It grows with the batch size: take a smaller learning rate for a larger batch.
 *
 * @example
 * contrastiveLoss({ reducer: sumReducer() });
 */
export function sumReducer(): Reducer {
  return defineReducer({ name: 'sumReducer', divideBy: 'one' });
}
