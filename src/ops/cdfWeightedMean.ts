import { mul, type Scalar, scalar, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { readNow } from './readNow.ts';
import type { Bins } from './softHistogram.ts';
import { withGradient } from './withGradient.ts';

/**
 * Calls `visit` with the places, in a matrix laid out row by row, of the two entries of each difference
 * `matrix[plus] - matrix[minus]`.
 */
export type EachDifference = (visit: (plus: number, minus: number) => void) => void;

/**
 * The mean of differences, each weighted by the share of differences that are smaller, as a histogram that remembers
 * earlier batches has it. The histogram is brought up to date first, in place, and the gradient flows through that.
 *
 * `histogram` holds the share of each bin; all 0 at first.
 */
export function cdfWeightedMean(
  where: string,
  matrix: Tensor2D,
  each: EachDifference,
  histogram: Float32Array,
  { low, width, bins }: Bins,
  momentum: number,
): Scalar {
  const binOf = (difference: number): number =>
    Math.min(Math.max(Math.floor((difference - low) / width), 0), bins - 1);

  return withGradient<Scalar>([matrix], () => {
    const values = readNow(where, matrix);
    const fresh = new Float64Array(bins);
    const sums = new Float64Array(bins);
    let count = 0;
    each((plus, minus) => {
      const difference = (values[plus] as number) - (values[minus] as number);
      const bin = binOf(difference);
      const next = Math.min(bin + 1, bins - 1);
      const part = Math.min(Math.max((difference - low) / width - bin, 0), 1);
      fresh[bin] = (fresh[bin] as number) + 1 - part;
      fresh[next] = (fresh[next] as number) + part;
      sums[bin] = (sums[bin] as number) + difference;
      count++;
    });

    const weight = histogram.some(Boolean) ? momentum : 1;
    const total = histogram.reduce((sum, share) => sum + (1 - weight) * share, weight * count);
    let below = 0;
    let value = 0;
    const slopes = new Float64Array(bins); // of a difference in each bin
    for (let bin = 0; bin < bins; bin++) {
      const share =
        ((1 - weight) * (histogram[bin] as number) + weight * (fresh[bin] as number)) / total;
      histogram[bin] = share;
      below += share;
      value += (below * (sums[bin] as number)) / count;
      // Rising moves weight to the next bin, so that it no longer counts as below this bin's.
      const moved = bin + 1 < bins ? (weight * (sums[bin] as number)) / (width * total) : 0;
      slopes[bin] = (below - moved) / count;
    }

    const shape = matrix.shape;
    const pull = new Float32Array(values.length);
    each((plus, minus) => {
      const slope = slopes[binOf((values[plus] as number) - (values[minus] as number))] as number;
      pull[plus] = (pull[plus] as number) + slope;
      pull[minus] = (pull[minus] as number) - slope;
    });
    return { value: scalar(value), gradient: (dy) => [mul(dy, tensor2d(pull, shape))] };
  });
}
