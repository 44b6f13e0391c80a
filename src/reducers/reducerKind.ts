import { type OptionKind, part } from '../internal/optionKinds.ts';
import type { Reducer } from './reducer.ts';

/** What an option `reducer` accepts. */
export const reducerKind: OptionKind<Reducer> = /*#__PURE__*/ part('meanReducer()', 'reduce');
