import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBetween } from '../internal/checks.ts';
import type { PairDistances } from './pairDistances.ts';
import { type RocCurve, rocCurve } from './rocCurve.ts';

/**
 * What a threshold is for: the best `f1` or `accuracy`; or the most matches with at least this `precision` or at most
 * this false accept rate (`far`); or the fewest with at least this `recall`.
 */
export type CalibrationGoal =
  | 'f1'
  | 'accuracy'
  | { readonly precision: number }
  | { readonly recall: number }
  | { readonly far: number };

/** A threshold, and what it makes of the pairs it was chosen on. */
export interface CalibratedThreshold {
  /** Two items match when their distance is at most this. */
  readonly threshold: number;
  /** Share of the matches that are the same. */
  readonly precision: number;
  /** Share of the same pairs that match. */
  readonly recall: number;
  readonly f1: number;
  /** Share of the pairs that are judged rightly. */
  readonly accuracy: number;
  /** Share of the different pairs that match. */
  readonly far: number;
}

/**
 * Chooses the distance up to which two items count as the same, on pairs of which it is known.
 *
 * The threshold lies halfway between the last distance it accepts and the next one, so that it does not hang on one
 * pair. Among equally good ones the smallest is taken. Choose on other pairs than those you report.
 *
 * @throws MetricLearningError on bad pairs or goals, and if no threshold reaches the goal.
 */
export function calibrateThreshold(
  pairs: PairDistances,
  goal: CalibrationGoal = 'f1',
): CalibratedThreshold {
  return thresholdOfCurve(rocCurve(pairs), goal);
}

/** The same from a curve that is there already. */
export function thresholdOfCurve(curve: RocCurve, goal: CalibrationGoal): CalibratedThreshold {
  const where = 'calibrateThreshold';
  if (goal === 'f1' || goal === 'accuracy') return judge(curve, bestPoint(curve, goal));
  const [name, wished] = Object.entries(goal)[0] ?? [];
  if (name !== 'precision' && name !== 'recall' && name !== 'far') {
    throw new MetricLearningError({
      where,
      expected: "goal to be 'f1', 'accuracy', { precision }, { recall } or { far }",
      got: JSON.stringify(goal),
    });
  }
  checkBetween(where, `goal.${name}`, wished as number, 0, 1);
  const limit = wished as number;
  const last = curve.thresholds.length - 1;
  let i = name === 'recall' ? 1 : last;
  if (name === 'recall') while (scores.recall(curve, i) < limit) i++;
  if (name === 'precision') while (i > 0 && scores.precision(curve, i) < limit) i--;
  if (name === 'far') while (i > 0 && scores.far(curve, i) > limit) i--;
  if (i === 0) throw unreachable(where, name, limit, curve);
  return judge(curve, i);
}

/** What the curve's i-th threshold makes of the pairs. */
const scores = {
  precision: ({ sameAccepted, differentAccepted }: RocCurve, i: number): number =>
    at(sameAccepted, i) / (at(sameAccepted, i) + at(differentAccepted, i)),
  recall: ({ tar }: RocCurve, i: number): number => at(tar, i),
  f1: ({ sameAccepted, differentAccepted, same }: RocCurve, i: number): number =>
    (2 * at(sameAccepted, i)) / (at(sameAccepted, i) + at(differentAccepted, i) + same),
  accuracy: (curve: RocCurve, i: number): number =>
    (at(curve.sameAccepted, i) + curve.different - at(curve.differentAccepted, i)) /
    (curve.same + curve.different),
  far: ({ far }: RocCurve, i: number): number => at(far, i),
};

/** The first point, of those that accept something, that no other one surpasses. */
function bestPoint(curve: RocCurve, name: keyof typeof scores): number {
  let [best, most] = [1, -Infinity];
  for (let i = 1; i < curve.thresholds.length; i++) {
    const score = scores[name](curve, i);
    if (score > most) [best, most] = [i, score];
  }
  return best;
}

function judge(curve: RocCurve, i: number): CalibratedThreshold {
  const own = at(curve.thresholds, i);
  return {
    threshold: (own + (curve.thresholds[i + 1] ?? own)) / 2,
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
  const best = name === 'far' ? 1 : bestPoint(curve, name); // the first threshold has the least FAR
  return new MetricLearningError({
    where,
    expected: `a threshold of ${name} ${name === 'far' ? '<=' : '>='} ${limit}`,
    got: `${scores[name](curve, best)} at best`,
    fix: 'Wish for less, or train the embedding further.',
  });
}

const at = (values: Float64Array, i: number): number => values[i] as number;
