import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The mean over the tuples whose loss is above 0, those that still teach something; 0 where there is none.
 *
 * It keeps the gradient's size when most tuples are solved. The mean over so few is noisier, and does not show
 * progress the way `meanReducer` does: it may rise while ever fewer tuples count.
 */
export function avgNonZeroReducer(): Reducer {
  return defineReducer({ name: 'avgNonZeroReducer', above: 0, divideBy: 'counted' });
}
