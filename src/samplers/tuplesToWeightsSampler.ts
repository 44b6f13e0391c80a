import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import type { Tuples } from '../tuples/tuples.ts';
import { tupleWeights } from '../tuples/tupleWeights.ts';
import type { BatchSampler } from './sampler.ts';
import { drawBatches } from './weightedSampler.ts';

export interface TuplesToWeightsSamplerOptions {
  /** How many examples the data set has. */
  count: number;
  /** Examples an epoch shows; its last batch may be smaller. Default: `count`. */
  length?: number;
}

/** A sampler that goes by what a miner found last. */
export interface TuplesToWeightsSampler extends BatchSampler {
  /** The weight of each example, 0 to 1; all 1 before the first update. */
  readonly weights: Float32Array;
  /**
   * Weighs each example by how often it is in the tuples, from the next epoch on.
   *
   * When only a part of the data set was mined, `subset` says which example each embedding was of; examples
   * outside of it get no weight.
   */
  update(tuples: Tuples, subset?: ArrayLike<number>): void;
}

const where = 'tuplesToWeightsSampler';

/**
 * Batches of random examples, drawn with replacement, the more often the more often a miner chose them.
 *
 * It needs embeddings, so it is told of them: before an epoch, embed the data set (or a random part of it), mine,
 * and call `update`.
 *
 * @throws MetricLearningError if `count` or `length` is no whole number >= 1, if an updated index is out of range,
 * or at use if there are not `count` examples.
 */
export function tuplesToWeightsSampler(
  options: TuplesToWeightsSamplerOptions,
): TuplesToWeightsSampler {
  checkOptions(where, options, ['count', 'length']);
  const { count, length = count } = options;
  checkInteger(where, 'count', count);
  checkInteger(where, 'length', length);
  let weights: Float32Array = new Float32Array(count).fill(1);
  return {
    kind: 'batches',
    name: where,
    get weights() {
      return weights.slice();
    },
    update(tuples, subset) {
      const mined = subset === undefined ? count : subset.length;
      checkRange('tuples', Object.values(tuples), mined);
      const found = tupleWeights(tuples, mined);
      if (subset === undefined) {
        weights = found;
        return;
      }
      checkRange('subset', [subset], count);
      const spread = new Float32Array(count);
      found.forEach((weight, i) => {
        spread[subset[i] as number] = weight;
      });
      weights = spread;
    },
    sample(labels, random, batchSize) {
      if (labels.length !== count) {
        throw new MetricLearningError({
          where,
          expected: `${count} examples (count)`,
          got: `${labels.length}`,
        });
      }
      checkInteger(where, 'batchSize', batchSize);
      return drawBatches(weights, length, batchSize, random);
    },
  };
}

function checkRange(name: string, lists: readonly ArrayLike<number>[], below: number): void {
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const index = list[i] as number;
      if (Number.isInteger(index) && index >= 0 && index < below) continue;
      throw new MetricLearningError({
        where,
        expected: `${name} to hold indices from 0 to ${below - 1}`,
        got: `${index}`,
      });
    }
  }
}
