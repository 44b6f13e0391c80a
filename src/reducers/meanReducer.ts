import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/** The mean over all tuples; 0 where there is none. */
export function meanReducer(): Reducer {
  return defineReducer({ name: 'meanReducer', divideBy: 'all' });
}
