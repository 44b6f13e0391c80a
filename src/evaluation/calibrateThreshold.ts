import { MetricLearningError } from '../errors/metricLearningError.ts';
import { between, type OptionKind } from '../internal/optionKinds.ts';
import { preset, readOptions } from '../internal/readOptions.ts';
import type { PairDistances } from './pairDistances.ts';
import { curveOf, type RocCurve } from './rocCurve.ts';

/**
 * What a threshold is chosen for: the best `f1` or `accuracy`; the most matches with at least this `precision` or at most
 * this false accept rate (`far`); or the fewest matches with at least this `recall`.
 */
export type CalibrationGoal =
  | 'f1'
  | 'accuracy'
  | { readonly precision: number }
  | { readonly recall: number }
  | { readonly far: number };

type Limit = readonly [name: 'precision' | 'recall' | 'far', limit: number];

const share = /*#__PURE__*/ between(0, 1);

/** The name of a goal's rate and its limit; undefined for what is no such goal. */
function limitOf(goal: unknown): Limit | undefined {
  const entries = typeof goal === 'object' && goal !== null ? Object.entries(goal) : [];
  const [name, limit] = entries[0] ?? [];
  if (entries.length !== 1 || (name !== 'precision' && name !== 'recall' && name !== 'far')) {
    return undefined;
  }
  return share.accepts(limit) ? [name, limit as number] : undefined;
}

/** What a threshold may be chosen for. */
export const goalKind: OptionKind<CalibrationGoal> = {
  expected: "'f1', 'accuracy', or { precision }, { recall } or { far } with a number from 0 to 1",
  accepts: (value) => value === 'f1' || value === 'accuracy' || limitOf(value) !== undefined,
};

const goalRule = /*#__PURE__*/ preset<CalibrationGoal>('f1', goalKind);

/** A threshold, and its rates on the pairs that it was chosen on. */
export interface CalibratedThreshold {
  /** Two items match if their distance is at most this; -Infinity if no pair should match. */
  readonly threshold: number;
  /** The share of the matches that are the same; 0 without any match. */
  readonly precision: number;
  /** The share of the same pairs that match. */
  readonly recall: number;
  readonly f1: number;
  /** The share of the pairs that are judged right. */
  readonly accuracy: number;
  /** The share of the different pairs that match. */
  readonly far: number;
}

/**
 * Chooses the distance up to which two items count as the same, on pairs whose truth is known.
 *
 * The threshold lies halfway between the largest distance that it accepts and the next distance, so that it does not
 * depend on one pair only. Of equally good thresholds the smallest is chosen; for 'accuracy' that may be -Infinity,
 * where accepting no pair is right most often. Report rates on other pairs than those the threshold was chosen on.
 *
 * @throws MetricLearningError on bad pairs or goals, and if no threshold reaches the goal.
 * @example
 * const pairs = await pairDistances(embeddings, labels);
 * const { threshold, recall } = calibrateThreshold(pairs, { far: 0.001 });
 */
export function calibrateThreshold(
  pairs: PairDistances,
  goal: CalibrationGoal = 'f1',
): CalibratedThreshold {
  const where = 'calibrateThreshold';
  readOptions(where, { goal: goalRule }, { goal });
  return thresholdOfCurve(curveOf(where, pairs), goal);
}

/** The threshold of a curve that was computed before. */
export function thresholdOfCurve(curve: RocCurve, goal: CalibrationGoal): CalibratedThreshold {
  const where = 'calibrateThreshold';
  if (goal === 'f1' || goal === 'accuracy') return judge(curve, bestPoint(curve, goal));
  const [name, limit] = limitOf(goal) as Limit;
  const last = curve.thresholds.length - 1;
  let i = name === 'recall' ? 1 : last;
  if (name === 'recall') while (scores.recall(curve, i) < limit) i++;
  if (name === 'precision') while (i > 0 && scores.precision(curve, i) < limit) i--;
  if (name === 'far') while (i > 0 && scores.far(curve, i) > limit) i--;
  if (i === 0) throw unreachable(where, name, limit, curve);
  return judge(curve, i);
}

/** The rates of the curve's i-th threshold. */
const scores = {
  precision: ({ sameAccepted, differentAccepted }: RocCurve, i: number): number =>
    i === 0 ? 0 : at(sameAccepted, i) / (at(sameAccepted, i) + at(differentAccepted, i)),
  recall: ({ tar }: RocCurve, i: number): number => at(tar, i),
  f1: ({ sameAccepted, differentAccepted, same }: RocCurve, i: number): number =>
    (2 * at(sameAccepted, i)) / (at(sameAccepted, i) + at(differentAccepted, i) + same),
  accuracy: (curve: RocCurve, i: number): number =>
    (at(curve.sameAccepted, i) + curve.different - at(curve.differentAccepted, i)) /
    (curve.same + curve.different),
  far: ({ far }: RocCurve, i: number): number => at(far, i),
};

/** The first point of the best score. Point 0 accepts no pair. */
function bestPoint(curve: RocCurve, name: keyof typeof scores): number {
  let [best, most] = [0, -Infinity];
  for (let i = 0; i < curve.thresholds.length; i++) {
    const score = scores[name](curve, i);
    if (score > most) [best, most] = [i, score];
  }
  return best;
}

function judge(curve: RocCurve, i: number): CalibratedThreshold {
  const last = at(curve.thresholds, i);
  const next = curve.thresholds[i + 1] ?? last;
  const middle = (last + next) / 2;
  return {
    threshold: middle < next ? middle : last, // between adjacent numbers, the middle rounds to one of them
    precision: scores.precision(curve, i),
    recall: scores.recall(curve, i),
    f1: scores.f1(curve, i),
    accuracy: scores.accuracy(curve, i),
    far: scores.far(curve, i),
  };
}

function unreachable(
  where: string,
  name: 'precision' | 'recall' | 'far',
  limit: number,
  curve: RocCurve,
): MetricLearningError {
  const best = name === 'far' ? 1 : bestPoint(curve, name); // the first threshold that accepts a pair has the least FAR
  return new MetricLearningError({
    where,
    expected: `a threshold with ${name} ${name === 'far' ? '<=' : '>='} ${limit} to exist`,
    got: `${name} ${scores[name](curve, best)} at best`,
    fix: 'Ask for less, or train the embedding further.',
  });
}

const at = (values: Float64Array, i: number): number => values[i]!;
