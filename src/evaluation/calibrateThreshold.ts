import { checkBetween } from '../base/checks.ts';
import { MetricLearningError } from '../base/errors.ts';
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
  const where = 'calibrateThreshold';
  const curve = rocCurve(pairs);
  const points = Array.from({ length: curve.thresholds.length - 1 }, (_, i) => judge(curve, i + 1));
  if (goal === 'f1' || goal === 'accuracy') {
    return points.reduce((best, point) => (point[goal] > best[goal] ? point : best));
  }
  const [name, wished] = Object.entries(goal)[0] ?? [];
  if (name !== 'precision' && name !== 'recall' && name !== 'far') {
    throw new MetricLearningError({
      where,
      expected: "goal to be 'f1', 'accuracy', { precision }, { recall } or { far }",
      got: JSON.stringify(goal),
    });
  }
  checkBetween(where, `goal.${name}`, wished as number, 0, 1);
  const found = {
    precision: () => points.findLast(({ precision }) => precision >= (wished as number)),
    recall: () => points.find(({ recall }) => recall >= (wished as number)),
    far: () => points.findLast(({ far }) => far <= (wished as number)),
  }[name]();
  if (found === undefined) throw unreachable(where, name, wished as number, points);
  return found;
}

/** What the curve's i-th threshold does, moved halfway to the next. */
function judge(curve: RocCurve, i: number): CalibratedThreshold {
  const { thresholds, same, different } = curve;
  const right = curve.sameAccepted[i] as number;
  const wrong = curve.differentAccepted[i] as number;
  const own = thresholds[i] as number;
  return {
    threshold: (own + (thresholds[i + 1] ?? own)) / 2,
    precision: right / (right + wrong),
    recall: right / same,
    f1: (2 * right) / (right + wrong + same),
    accuracy: (right + different - wrong) / (same + different),
    far: wrong / different,
  };
}

function unreachable(
  where: string,
  name: 'precision' | 'recall' | 'far',
  wished: number,
  points: readonly CalibratedThreshold[],
): MetricLearningError {
  const values = points.map((point) => point[name]);
  const best = name === 'far' ? Math.min(...values) : Math.max(...values);
  return new MetricLearningError({
    where,
    expected: `a threshold of ${name} ${name === 'far' ? '<=' : '>='} ${wished}`,
    got: `${best} at best`,
    fix: 'Wish for less, or train the embedding further.',
  });
}
