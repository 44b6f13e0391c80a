import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkBetween, checkInteger } from '../internal/checks.ts';
import { createRandom } from '../random/createRandom.ts';

export interface BootstrapOptions {
  /** Share of the resamples' means that lie within. Default 0.95. */
  level?: number;
  /** How often to draw as many values as there are, with replacement. Default 1000. */
  resamples?: number;
  seed: number;
}

/** A confidence interval. */
export type Interval = readonly [low: number, high: number];

/**
 * The confidence interval of a mean by the percentile bootstrap: how far the mean would move with another sample of
 * the same kind and size.
 *
 * @throws MetricLearningError if there is no value, or an option is out of range.
 * @see Efron: Better bootstrap confidence intervals, JASA 1987.
 */
export function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions): Interval {
  return bootstrapIntervals(Float64Array.from(values), 1, options)[0] as Interval;
}

/** The same for each column of a table [rows, columns] whose rows are drawn together. */
export function bootstrapIntervals(
  table: Float64Array,
  columns: number,
  options: BootstrapOptions,
): Interval[] {
  const where = 'bootstrapInterval';
  checkOptions(where, options, ['level', 'resamples', 'seed']);
  const { level = 0.95, resamples = 1000, seed } = options;
  checkBetween(where, 'level', level, 0, 1);
  checkInteger(where, 'resamples', resamples);
  const rows = table.length / columns;
  if (rows === 0) {
    throw new MetricLearningError({ where, expected: 'at least one value', got: 'none' });
  }
  const random = createRandom(seed).fork('bootstrap');
  const means = Array.from({ length: columns }, () => new Float64Array(resamples));
  const sums = new Float64Array(columns);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let i = 0; i < rows; i++) {
      const at = random.integer(rows) * columns;
      for (let c = 0; c < columns; c++) sums[c] = (sums[c] as number) + (table[at + c] as number);
    }
    for (const [c, mean] of means.entries()) mean[resample] = (sums[c] as number) / rows;
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
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
