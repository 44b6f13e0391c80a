import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The sum over all tuples, divided by what the loss itself names as divisor: the number of active terms for
 * `marginLoss`, of proxies for `proxyAnchorLoss`. 0 where that is 0.
 *
 * @throws MetricLearningError at use, for a loss that names none.
 */
export function divisorReducer(): Reducer {
  return defineReducer({ name: 'divisorReducer', divideBy: 'divisor' });
}
