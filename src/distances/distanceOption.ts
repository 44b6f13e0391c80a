import { type OptionKind, part } from '../internal/optionKinds.ts';
import { made, type OptionRule } from '../internal/readOptions.ts';
import type { Distance } from './distance.ts';
import { lpDistance } from './lpDistance.ts';
import { namedDistances } from './namedDistances.ts';

const record = /*#__PURE__*/ part<Distance>('lpDistance()', 'matrix', 'rowwise');

/** A distance or a similarity; a name such as 'cosine' is refused with the call that makes the distance. */
export const distanceKind: OptionKind<Distance> = {
  ...record,
  fix(value) {
    if (typeof value !== 'string') return record.fix?.(value);
    return `Pass the distance itself: ${namedDistances.get(value)?.code ?? 'lpDistance()'}.`;
  },
};

/** A distance with which larger means nearer. */
export const similarityKind: OptionKind<Distance> = {
  expected: 'a similarity (cosineSimilarity, dotProductSimilarity)',
  accepts: (value) => record.accepts(value) && (value as Distance).inverted,
  got: (value) => (record.accepts(value) ? `${(value as Distance).name}()` : undefined),
  fix: (value) => (record.accepts(value) ? undefined : distanceKind.fix?.(value)),
};

/** The option `distance` of searches and metrics: by default Euclidean between unit vectors, as in the losses. */
export const distanceRule: OptionRule<Distance, 'default'> = /*#__PURE__*/ made(
  () => lpDistance(),
  distanceKind,
);
