import { wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { PairDistances } from './pairDistances.ts';
import { splitPairs } from './rocCurve.ts';

/**
 * The number of pairs in each bin. Bin i holds distances from edges[i] to edges[i + 1] (excluded, but for the last bin).
 */
export interface DistanceHistogram {
  readonly edges: Float64Array;
  readonly same: Int32Array;
  readonly different: Int32Array;
}

export interface HistogramOptions {
  /** The number of bins. Default 50. */
  bins?: number;
}

export const histogramOptions: OptionTable<HistogramOptions> = {
  bins: preset(50, wholeNumber(1)),
};

/**
 * Counts the distances of same and of different pairs in bins of equal width, from the smallest distance to the
 * largest.
 *
 * @throws MetricLearningError on lists of different lengths, distances that are not finite, or pairs of one kind only.
 * @example
 * const { edges, same, different } = distanceHistogram(await pairDistances(embeddings, labels));
 */
export function distanceHistogram(
  pairs: PairDistances,
  options: HistogramOptions = {},
): DistanceHistogram {
  const where = 'distanceHistogram';
  const { bins } = readOptions(where, histogramOptions, options);
  const { same, different } = splitPairs(where, pairs);
  const least = Math.min(same[0]!, different[0]!);
  const most = Math.max(same.at(-1) as number, different.at(-1) as number);
  const [from, to] = least < most ? [least, most] : [least - 0.5, most + 0.5];
  const width = (to - from) / bins;
  const count = (distances: Float64Array): Int32Array => {
    const counts = new Int32Array(bins);
    for (const distance of distances) {
      const bin = Math.min(Math.floor((distance - from) / width), bins - 1);
      counts[bin] = counts[bin]! + 1;
    }
    return counts;
  };
  return {
    edges: Float64Array.from({ length: bins + 1 }, (_, i) => from + i * width),
    same: count(same),
    different: count(different),
  };
}
