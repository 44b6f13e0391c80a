import type { Distance } from '../../distances/distance.ts';
import { distanceKind } from '../../distances/distanceOption.ts';
import { finite, type OptionKind, part } from '../../internal/optionKinds.ts';
import { made, type OptionTable, optional, preset } from '../../internal/readOptions.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import type { LossOptions, TupleLossOptions } from '../loss.ts';

export { distanceKind };

/** The one distance that the formula of a loss is made for; `suits` may refuse some of its settings. */
export function onlyDistance(
  name: string,
  expected = `${name}()`,
  suits: (distance: Distance) => boolean = () => true,
): OptionKind<Distance> {
  return {
    expected,
    accepts: (value) =>
      distanceKind.accepts(value) && (value as Distance).name === name && suits(value as Distance),
    got(value) {
      if (!distanceKind.accepts(value)) return undefined;
      const given = `${(value as Distance).name}()`;
      return (value as Distance).name === name ? `${given} with other settings` : given;
    },
    fix: (value) =>
      distanceKind.accepts(value) ? 'Leave the distance out.' : distanceKind.fix?.(value),
  };
}

/** Euclidean distance between unit vectors, or with `anyPower` a power of it: the only `lpDistance` of some formulas. */
export function unitEuclidean(anyPower = false): OptionKind<Distance> {
  return onlyDistance(
    'lpDistance',
    anyPower
      ? 'an lpDistance with p: 2 between unit vectors'
      : 'lpDistance(), Euclidean between unit vectors',
    ({ config }) =>
      config?.['p'] === 2 && config['normalize'] === true && (anyPower || config['power'] === 1),
  );
}

/** The rules of `LossOptions`, with the default reducer of the loss. */
export function lossRules(reducer: () => Reducer): OptionTable<LossOptions, 'regularizer'> {
  return {
    reducer: made(reducer, part('meanReducer()', 'reduce')),
    regularizer: optional(part('lpRegularizer()', 'compute')),
    regularizerCoefficient: preset(1, finite),
  };
}

/** The rules of `TupleLossOptions`, with the default distance and the default reducer of the loss. */
export function tupleLossRules(
  distance: () => Distance,
  reducer: () => Reducer,
  kind: OptionKind<Distance> = distanceKind,
): OptionTable<TupleLossOptions, 'regularizer'> {
  return { distance: made(distance, kind), ...lossRules(reducer) };
}
