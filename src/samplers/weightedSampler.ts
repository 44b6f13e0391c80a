import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger } from '../internal/checks.ts';
import { listOf, nonNegative, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { weightedDraw } from '../random/weightedDraw.ts';
import { checkDraw } from './checkDraw.ts';
import type { BatchSampler } from './sampler.ts';

export interface WeightedSamplerOptions {
  /** The relative frequency of each example: one finite number >= 0 an example, at least one of them above 0. */
  weights: ArrayLike<number>;
  /** The number of examples in an epoch; the last batch may be smaller. Default: the size of the data set. */
  length?: number;
}

export const weightedSamplerOptions: OptionTable<WeightedSamplerOptions, 'length'> = {
  weights: required(listOf(nonNegative)),
  length: optional(wholeNumber(1)),
};

const where = 'weightedSampler';

/**
 * Batches of random examples, drawn with replacement: the probability of an example is its weight divided by the sum of
 * all weights.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, or if no weight is above 0; at use if the
 * number of weights is not the number of examples.
 * @example
 * await model.fit({ examples, labels }, { sampler: weightedSampler({ weights: [1, 1, 5] }) });
 */
export function weightedSampler(options: WeightedSamplerOptions): BatchSampler {
  const { weights: given, length } = readOptions(where, weightedSamplerOptions, options);
  const weights = Float64Array.from(given);
  if (!weights.some((weight) => weight > 0)) {
    throw new MetricLearningError({
      where,
      expected: 'at least one weight above 0',
      got: `${weights.length} weights of 0`,
    });
  }
  return {
    kind: 'batches',
    name: where,
    ofOneDataset: true,
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
      if (weights.length !== labels.length) {
        throw new MetricLearningError({
          where,
          expected: `one weight per example (${labels.length})`,
          got: `weights of length ${weights.length}`,
        });
      }
      checkInteger(where, 'batchSize', batchSize);
      return drawBatches(weights, length ?? labels.length, batchSize, random);
    },
  };
}

/** Draws `length` examples by weight, in batches. At least one weight must be above 0. */
export function drawBatches(
  weights: ArrayLike<number>,
  length: number,
  batchSize: number,
  random: Random,
): Int32Array[] {
  const draw = weightedDraw(weights, random) as () => number;
  return Array.from({ length: Math.ceil(length / batchSize) }, (_, batch) =>
    Int32Array.from({ length: Math.min(batchSize, length - batch * batchSize) }, draw),
  );
}
