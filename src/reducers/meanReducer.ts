import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The mean over all tuples; 0 when there is none.
 *
 * @example
 * tripletMarginLoss({ reducer: meanReducer() });
 */
export function meanReducer(): Reducer {
  return defineReducer({ name: 'meanReducer', divideBy: 'all' });
}
