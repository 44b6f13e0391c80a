import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The mean over the tuples whose loss is above 0; 0 when there is none.
 *
 * The gradient keeps its size when most tuples have loss 0. The value does not show progress: it may rise while fewer
 * tuples have a loss above 0. `meanReducer` shows progress.
 *
 * @example
 * tripletMarginLoss({ reducer: avgNonZeroReducer() }); // the default there
 */
export function avgNonZeroReducer(): Reducer {
  return defineReducer({ name: 'avgNonZeroReducer', above: 0, divideBy: 'counted' });
}
