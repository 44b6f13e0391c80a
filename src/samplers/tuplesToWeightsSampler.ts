import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkList } from '../internal/checkList.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { checkInteger } from '../internal/checks.ts';
import { wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';
import { tupleWeights } from '../tuples/internal/tupleWeights.ts';
import type { Tuples } from '../tuples/tuples.ts';
import { checkDraw } from './checkDraw.ts';
import type { BatchSampler } from './sampler.ts';
import { drawBatches } from './weightedSampler.ts';

export interface TuplesToWeightsSamplerOptions {
  /** The number of examples in the data set. */
  count: number;
  /** The number of examples in an epoch; the last batch may be smaller. Default: `count`. */
  length?: number;
}

export const tuplesToWeightsSamplerOptions: OptionTable<TuplesToWeightsSamplerOptions, 'length'> = {
  count: required(wholeNumber(1)),
  length: optional(wholeNumber(1)),
};

/** A sampler whose weights come from the tuples that a miner found last. */
export interface TuplesToWeightsSampler extends BatchSampler {
  /** The weight of each example, 0 to 1; all 1 before the first update. */
  readonly weights: Float32Array;
  /**
   * Gives each example a weight from the next epoch on: its number of occurrences in the tuples, divided by the largest
   * such number.
   *
   * When only a part of the data set was mined, `subset[i]` is the example of the i-th embedding; examples outside of
   * the subset get the weight 0.
   *
   * @throws MetricLearningError if the tuples are neither triplets nor pairs, or an index is out of range.
   */
  update(tuples: Tuples, subset?: ArrayLike<number>): void;
}

const where = 'tuplesToWeightsSampler';

/**
 * Batches of random examples, drawn with replacement, in which an example is the more frequent the more often a miner
 * chose it.
 *
 * The weights come from embeddings: before an epoch embed the data set (or a random part of it), mine, and call
 * `update`. Before the first `update` all examples are equally frequent.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if there are not `count` examples.
 * @example
 * const sampler = tuplesToWeightsSampler({ count: labels.length });
 * sampler.update(tripletMarginMiner().mine(embeddings, labels));
 * await model.fit({ examples, labels }, { sampler });
 */
export function tuplesToWeightsSampler(
  options: TuplesToWeightsSamplerOptions,
): TuplesToWeightsSampler {
  const { count, length = count } = readOptions(where, tuplesToWeightsSamplerOptions, options);
  let weights: Float32Array = new Float32Array(count).fill(1);
  return {
    kind: 'batches',
    name: where,
    ofOneDataset: true,
    get weights() {
      return weights.slice();
    },
    update(tuples, subset) {
      checkLists(tuples, subset);
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
        spread[subset[i]!] = weight;
      });
      weights = spread;
    },
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
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

function checkLists(tuples: Tuples, subset: ArrayLike<number> | undefined): void {
  checkRecord(`${where}.update`, 'tuples', tuples, 'what a miner returns');
  const names =
    'anchor' in tuples
      ? ['anchor', 'positive', 'negative']
      : ['positiveAnchor', 'positive', 'negativeAnchor', 'negative'];
  const lists = { ...tuples, subset } as Readonly<Record<string, unknown>>;
  for (const name of subset === undefined ? names : [...names, 'subset']) {
    checkList(`${where}.update`, name, lists[name], 'the indices of examples');
  }
}

function checkRange(name: string, lists: readonly ArrayLike<number>[], below: number): void {
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const index = list[i]!;
      if (Number.isInteger(index) && index >= 0 && index < below) continue;
      throw new MetricLearningError({
        where,
        expected: `${name} to hold indices from 0 to ${below - 1}`,
        got: `${index}`,
      });
    }
  }
}
