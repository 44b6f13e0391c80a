import { checkOptionalPart, checkPart } from '../internal/checkPart.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { meanReducer } from './meanReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * A reducer for each part of a loss by the part's name, such as `{ positive: sumReducer(), negative: meanReducer() }`
 * for `contrastiveLoss`; `otherwise`, by default `meanReducer()`, for parts that are not named.
 *
 * Each loss's page lists its parts.
 *
 * @throws MetricLearningError if one is no reducer.
 */
export function multipleReducers(
  reducers: Readonly<Record<string, Reducer>>,
  otherwise: Reducer = meanReducer(),
): Reducer {
  const name = 'multipleReducers';
  checkRecord(name, 'reducers', reducers, '{ positive: sumReducer() }');
  for (const [part, reducer] of Object.entries(reducers))
    checkOptionalPart(name, part, reducer, 'reduce');
  checkPart(name, 'otherwise', otherwise, 'reduce');
  return {
    name,
    reduce: (part, labels) => (reducers[part.name] ?? otherwise).reduce(part, labels),
  };
}
