import type { Distance } from '../../distances/distance.ts';
import { finite, type OptionKind, part } from '../../internal/optionKinds.ts';
import { made, type OptionTable, optional, preset } from '../../internal/readOptions.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import type { LossOptions, TupleLossOptions } from '../loss.ts';

/** A distance, or a similarity. */
export const distanceKind: OptionKind<Distance> = /*#__PURE__*/ part(
  'lpDistance()',
  'matrix',
  'rowwise',
);

/** The rules of `LossOptions`, with the reducer that the loss takes by default. */
export function lossRules(reducer: () => Reducer): OptionTable<LossOptions, 'regularizer'> {
  return {
    reducer: made(reducer, part('meanReducer()', 'reduce')),
    regularizer: optional(part('lpRegularizer()', 'compute')),
    regularizerCoefficient: preset(1, finite),
  };
}

/** The rules of `TupleLossOptions`, with the distance and the reducer that the loss takes by default. */
export function tupleLossRules(
  distance: () => Distance,
  reducer: () => Reducer,
): OptionTable<TupleLossOptions, 'regularizer'> {
  return { distance: made(distance, distanceKind), ...lossRules(reducer) };
}
