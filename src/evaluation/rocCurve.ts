import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { PairDistances } from './pairDistances.ts';

/**
 * What each threshold accepts, where a threshold accepts the pairs of at most its distance. All arrays have one entry per
 * threshold; the first threshold is -Infinity, which accepts no pair, and the last one is the largest distance.
 */
export interface RocCurve {
  /** Each distance once, in ascending order. */
  readonly thresholds: Float64Array;
  /** The number of same pairs that are accepted. */
  readonly sameAccepted: Float64Array;
  /** The number of different pairs that are accepted. */
  readonly differentAccepted: Float64Array;
  /** True accept rate: the share of the same pairs that are accepted. */
  readonly tar: Float64Array;
  /** False accept rate: the share of the different pairs that are accepted. */
  readonly far: Float64Array;
  /** Number of same pairs. */
  readonly same: number;
  /** Number of different pairs. */
  readonly different: number;
}

/**
 * The receiver operating characteristic of pairs, with a point for each distance that occurs; pairs at equal distances
 * are accepted together. Distances may be any scores of which smaller means more alike: negate similarities.
 *
 * @throws MetricLearningError if the lists differ in length, a distance is not finite, or same or different pairs are
 * missing.
 * @example
 * const { far, tar } = rocCurve(await pairDistances(embeddings, labels));
 */
export function rocCurve(pairs: PairDistances): RocCurve {
  return curveOf('rocCurve', pairs);
}

/** The curve of pairs. `where` is what errors name. */
export function curveOf(where: string, pairs: PairDistances): RocCurve {
  const { same, different } = splitPairs(where, pairs);
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
  pairs: PairDistances,
): { same: Float64Array; different: Float64Array } {
  const { distances, same } = (pairs ?? {}) as Partial<PairDistances>;
  if (!isList(distances) || !isList(same)) {
    const promise = (pairs as unknown) instanceof Promise;
    throw new MetricLearningError({
      where,
      expected: 'pairs to be { distances, same }, as pairDistances returns them',
      got: show(pairs),
      fix: promise
        ? 'Await the pairs: await pairDistances(embeddings, labels).'
        : 'Make them with await pairDistances(embeddings, labels).',
    });
  }
  if (distances.length !== same.length) {
    throw new MetricLearningError({
      where,
      expected: `as many entries in same as in distances (${distances.length})`,
      got: `${same.length}`,
    });
  }
  const all = Float64Array.from(distances, Number);
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

function isList<T>(value: ArrayLike<T> | undefined): value is ArrayLike<T> {
  return typeof value === 'object' && value !== null && typeof value.length === 'number';
}
