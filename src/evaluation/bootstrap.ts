import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkList } from '../internal/checkList.ts';
import { between, seed, wholeNumber } from '../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  preset,
  readOptions,
  required,
} from '../internal/readOptions.ts';
import { createRandom } from '../random/createRandom.ts';

export interface BootstrapOptions {
  /** The share of the means of the resamples that lie within the interval. Default 0.95. */
  level?: number;
  /** The number of resamples; each draws as many values as there are, with replacement. Default 1000. */
  resamples?: number;
  /** Determines the draws. */
  seed: number;
}

export const bootstrapOptions: OptionTable<BootstrapOptions> = {
  level: preset(0.95, between(0, 1)),
  resamples: preset(1000, wholeNumber(1)),
  seed: required(seed),
};

/** Options with their defaults. `where` is what errors name. */
export function readBootstrapOptions(
  where: string,
  options: BootstrapOptions,
): OptionValues<typeof bootstrapOptions> {
  return readOptions(where, bootstrapOptions, options);
}

/** A confidence interval. */
export type Interval = readonly [low: number, high: number];

/**
 * The confidence interval of a mean by the percentile bootstrap: how far the mean would move with another sample of
 * the same kind and size.
 *
 * @throws MetricLearningError if there is no value, or an option is unknown or out of its range.
 * @example
 * const [low, high] = bootstrapInterval(scores, { seed: 0 }); // of the mean of the scores
 * @see Efron: Better bootstrap confidence intervals, JASA 1987.
 */
export function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions): Interval {
  checkList('bootstrapInterval', 'values', values, 'a number for each sample');
  return bootstrapIntervals(Float64Array.from(values), 1, options)[0]!;
}

/** The interval of the mean of each column of a table [rows, columns] whose rows are drawn together. */
export function bootstrapIntervals(
  table: Float64Array,
  columns: number,
  options: BootstrapOptions,
): Interval[] {
  const where = 'bootstrapInterval';
  const { level, resamples, seed: first } = readBootstrapOptions(where, options);
  const rows = table.length / columns;
  if (rows === 0) {
    throw new MetricLearningError({ where, expected: 'at least one value', got: 'none' });
  }
  const random = createRandom(first).fork('bootstrap');
  const means = Array.from({ length: columns }, () => new Float64Array(resamples));
  const sums = new Float64Array(columns);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let i = 0; i < rows; i++) {
      const at = random.integer(rows) * columns;
      for (let c = 0; c < columns; c++) sums[c] = sums[c]! + table[at + c]!;
    }
    for (const [c, mean] of means.entries()) mean[resample] = sums[c]! / rows;
  }
  const tail = (1 - level) / 2;
  return means.map((mean) => {
    mean.sort();
    return [quantile(mean, tail), quantile(mean, 1 - tail)];
  });
}

/** By linear interpolation between the sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}
