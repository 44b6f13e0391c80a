import { meanReducer } from './meanReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * A reducer for each part of a loss by the part's name, such as `{ positive: sumReducer(), negative: meanReducer() }`
 * for `contrastiveLoss`; `otherwise`, by default `meanReducer()`, for parts that are not named.
 *
 * Each loss's page lists its parts.
 */
export function multipleReducers(
  reducers: Readonly<Record<string, Reducer>>,
  otherwise: Reducer = meanReducer(),
): Reducer {
  return {
    name: 'multipleReducers',
    reduce: (part, labels) => (reducers[part.name] ?? otherwise).reduce(part, labels),
  };
}
