import { checkOptionalPart, checkPart } from '../internal/checkPart.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { meanReducer } from './meanReducer.ts';
import type { Reducer } from './reducer.ts';

/**
 * A reducer for each part of a loss, by the name of the part. `otherwise` reduces the parts that have no reducer here;
 * its default is `meanReducer()`.
 *
 * The page of each loss lists the parts.
 *
 * @throws MetricLearningError if a value is no reducer.
 * @example
 * contrastiveLoss({ reducer: multipleReducers({ positive: sumReducer(), negative: meanReducer() }) });
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
