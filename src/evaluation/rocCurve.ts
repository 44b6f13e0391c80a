import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { PairDistances } from './pairDistances.ts';

/**
 * What every threshold accepts, a pair being accepted when its distance is at most the threshold. The arrays go
 * together; they begin with the threshold -Infinity, which accepts nothing, and end with the largest distance.
 */
export interface RocCurve {
  /** Each distance once, in ascending order. */
  readonly thresholds: Float64Array;
  /** How many same pairs are accepted. */
  readonly sameAccepted: Float64Array;
  /** How many different pairs are accepted. */
  readonly differentAccepted: Float64Array;
  /** True accept rate: share of the same pairs that are accepted. */
  readonly tar: Float64Array;
  /** False accept rate: share of the different pairs that are accepted. */
  readonly far: Float64Array;
  /** Number of same pairs. */
  readonly same: number;
  /** Number of different pairs. */
  readonly different: number;
}

/**
 * The receiver operating characteristic of pairs, with a point for every distance that occurs; tied pairs are
 * accepted together. Distances may be any scores of which smaller means more alike: negate similarities.
 *
 * @throws MetricLearningError if the lists differ in length, a distance is NaN, or one of the two kinds is missing.
 */
export function rocCurve(pairs: PairDistances): RocCurve {
  const { same, different } = splitPairs('rocCurve', pairs);
  const thresholds = [-Infinity];
  const sameAccepted = [0];
  const differentAccepted = [0];
  for (let s = 0, d = 0; s < same.length || d < different.length; ) {
    const threshold = Math.min(same[s] ?? Infinity, different[d] ?? Infinity);
    while (same[s] === threshold) s++;
    while (different[d] === threshold) d++;
    thresholds.push(threshold);
    sameAccepted.push(s);
    differentAccepted.push(d);
  }
  const counts = {
    same: Float64Array.from(sameAccepted),
    different: Float64Array.from(differentAccepted),
  };
  return {
    thresholds: Float64Array.from(thresholds),
    sameAccepted: counts.same,
    differentAccepted: counts.different,
    tar: counts.same.map((count) => count / same.length),
    far: counts.different.map((count) => count / different.length),
    same: same.length,
    different: different.length,
  };
}

/** The distances of the same and of the different pairs, each in ascending order, checked. */
export function splitPairs(
  where: string,
  { distances, same }: PairDistances,
): { same: Float64Array; different: Float64Array } {
  if (distances.length !== same.length) {
    throw new MetricLearningError({
      where,
      expected: `as many of same as of distances (${distances.length})`,
      got: `${same.length}`,
    });
  }
  const all = Float64Array.from(distances);
  const bad = all.findIndex((distance) => !Number.isFinite(distance));
  if (bad >= 0) {
    throw new MetricLearningError({
      where,
      expected: 'finite distances',
      got: `${all[bad]} at index ${bad}`,
    });
  }
  const parts = {
    same: all.filter((_, i) => Boolean(same[i])).sort(),
    different: all.filter((_, i) => !same[i]).sort(),
  };
  if (parts.same.length === 0 || parts.different.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'pairs of both kinds, same and different',
      got: `${parts.same.length} and ${parts.different.length}`,
    });
  }
  return parts;
}
