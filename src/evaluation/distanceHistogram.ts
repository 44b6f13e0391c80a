import { checkInteger } from '../internal/checks.ts';
import type { PairDistances } from './pairDistances.ts';
import { splitPairs } from './rocCurve.ts';

/** How many pairs lie in each bin: bin i goes from edges[i] to edges[i + 1], the last one to its very end. */
export interface DistanceHistogram {
  readonly edges: Float64Array;
  readonly same: Int32Array;
  readonly different: Int32Array;
}

/**
 * Counts the distances of same and of different pairs in `bins` bins of equal width, from the smallest distance to the
 * largest. Default 50.
 *
 * @throws MetricLearningError on lists of different lengths, distances that are not finite, or pairs of one kind only.
 */
export function distanceHistogram(
  pairs: PairDistances,
  { bins = 50 }: { bins?: number } = {},
): DistanceHistogram {
  const where = 'distanceHistogram';
  checkInteger(where, 'bins', bins);
  const { same, different } = splitPairs(where, pairs);
  const least = Math.min(same[0] as number, different[0] as number);
  const most = Math.max(same.at(-1) as number, different.at(-1) as number);
  const [from, to] = least < most ? [least, most] : [least - 0.5, most + 0.5];
  const width = (to - from) / bins;
  const count = (distances: Float64Array): Int32Array => {
    const counts = new Int32Array(bins);
    for (const distance of distances) {
      const bin = Math.min(Math.floor((distance - from) / width), bins - 1);
      counts[bin] = (counts[bin] as number) + 1;
    }
    return counts;
  };
  return {
    edges: Float64Array.from({ length: bins + 1 }, (_, i) => from + i * width),
    same: count(same),
    different: count(different),
  };
}
