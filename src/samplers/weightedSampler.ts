import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkList } from '../internal/checkList.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import type { Random } from '../random/createRandom.ts';
import { weightedDraw } from '../random/weightedDraw.ts';
import type { BatchSampler } from './sampler.ts';

export interface WeightedSamplerOptions {
  /** How often each example comes up beside the others: finite numbers >= 0, at least one above 0. */
  weights: ArrayLike<number>;
  /** Examples an epoch shows; its last batch may be smaller. Default: as many as the data set has. */
  length?: number;
}

const where = 'weightedSampler';

/**
 * Batches of random examples, drawn with replacement, each with a chance in proportion to its weight.
 *
 * @throws MetricLearningError if a weight is negative or not finite, if none is above 0, or if `length` is no
 * whole number >= 1; at use if there is not one weight for each example.
 */
export function weightedSampler(options: WeightedSamplerOptions): BatchSampler {
  checkOptions(where, options, ['weights', 'length']);
  checkList(where, 'weights', options.weights, 'one an example');
  const weights = Float64Array.from(options.weights);
  checkWeights(weights);
  if (options.length !== undefined) checkInteger(where, 'length', options.length);
  return {
    kind: 'batches',
    name: where,
    sample(labels, random, batchSize) {
      if (weights.length !== labels.length) {
        throw new MetricLearningError({
          where,
          expected: `one weight per example (${labels.length})`,
          got: `weights of length ${weights.length}`,
        });
      }
      checkInteger(where, 'batchSize', batchSize);
      return drawBatches(weights, options.length ?? labels.length, batchSize, random);
    },
  };
}

/** `length` draws by weight, in batches; at least one weight must be above 0. */
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

function checkWeights(weights: Float64Array): void {
  const bad = weights.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (bad >= 0) {
    throw new MetricLearningError({
      where,
      expected: 'weights to be finite numbers >= 0',
      got: `${weights[bad]} at index ${bad}`,
    });
  }
  if (!weights.some((weight) => weight > 0)) {
    throw new MetricLearningError({ where, expected: 'a weight above 0', got: 'none' });
  }
}
