import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { seed, share } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';

export interface SplitOptions {
  /** The share of the test part, from 0 to less than 1. Default 0.2. */
  test?: number;
  /** The share of the validation part, from 0 to less than 1. Default 0. */
  validation?: number;
  /** Decides the draw. Default 0. */
  seed?: number;
}

export const splitOptions: OptionTable<SplitOptions> = {
  test: preset(0.2, share),
  validation: preset(0, share),
  seed: preset(0, seed),
};

/** The shares of the parts, train first. */
export interface Shares {
  readonly shares: readonly [train: number, validation: number, test: number];
  readonly seed: number;
}

/** @throws MetricLearningError if an option is wrong, or nothing is left to train on. */
export function readSplitOptions(where: string, options: SplitOptions): Shares {
  const { test, validation, seed } = readOptions(where, splitOptions, options);
  if (test + validation >= 1 || test + validation === 0) {
    throw new MetricLearningError({
      where,
      expected: 'test and validation to be more than 0 and less than 1 together',
      got: `test: ${test}, validation: ${validation}`,
    });
  }
  return { shares: [1 - test - validation, validation, test], seed };
}
