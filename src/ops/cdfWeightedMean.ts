import { mul, type Scalar, scalar, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { readNow } from './readNow.ts';
import type { Bins } from './softHistogram.ts';
import { withGradient } from './withGradient.ts';

/**
 * Calls `visit` with the indices of the two entries of each difference `matrix[plus] - matrix[minus]`, in a matrix in
 * row-major order.
 */
export type EachDifference = (visit: (plus: number, minus: number) => void) => void;

/**
 * The mean of differences, each times the share of smaller differences in a histogram that also holds earlier batches.
 *
 * `histogram` holds the share of each bin, all 0 at first. The call updates it in place before the shares are taken, and
 * the gradient flows through this update.
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
      const difference = values[plus]! - values[minus]!;
      const bin = binOf(difference);
      const next = Math.min(bin + 1, bins - 1);
      const part = Math.min(Math.max((difference - low) / width - bin, 0), 1);
      fresh[bin] = fresh[bin]! + 1 - part;
      fresh[next] = fresh[next]! + part;
      sums[bin] = sums[bin]! + difference;
      count++;
    });

    const weight = histogram.some(Boolean) ? momentum : 1;
    const total = histogram.reduce((sum, share) => sum + (1 - weight) * share, weight * count);
    let below = 0;
    let value = 0;
    const derivatives = new Float64Array(bins); // of a difference in each bin
    for (let bin = 0; bin < bins; bin++) {
      const share = ((1 - weight) * histogram[bin]! + weight * fresh[bin]!) / total;
      histogram[bin] = share;
      below += share;
      value += (below * sums[bin]!) / count;
      // A growing difference moves to the next bin, so that it no longer counts as smaller than this bin's.
      const moved = bin + 1 < bins ? (weight * sums[bin]!) / (width * total) : 0;
      derivatives[bin] = (below - moved) / count;
    }

    const shape = matrix.shape;
    const inputGradient = new Float32Array(values.length);
    each((plus, minus) => {
      const derivative = derivatives[binOf(values[plus]! - values[minus]!)]!;
      inputGradient[plus] = inputGradient[plus]! + derivative;
      inputGradient[minus] = inputGradient[minus]! - derivative;
    });
    return { value: scalar(value), gradient: (dy) => [mul(dy, tensor2d(inputGradient, shape))] };
  });
}
