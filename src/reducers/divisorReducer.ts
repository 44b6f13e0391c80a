import { defineReducer } from './defineReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * The sum over all tuples, divided by the divisor that the loss gives: the number of active terms in `marginLoss`, the
 * number of proxies in `proxyAnchorLoss`. 0 when the divisor is 0.
 *
 * @throws MetricLearningError at use, for a loss that gives no divisor.
 * @example
 * marginLoss({ reducer: divisorReducer() }); // the default there
 */
export function divisorReducer(): Reducer {
  return defineReducer({ name: 'divisorReducer', divideBy: 'divisor' });
}
