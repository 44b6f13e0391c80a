import { indicesByClass } from '../data/labels.ts';
import { checkInteger } from '../internal/checks.ts';
import { wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import { checkDraw } from './checkDraw.ts';
import type { BatchSampler } from './sampler.ts';
import { drawBatches } from './weightedSampler.ts';

export interface ClassBalancedSamplerOptions {
  /** The number of examples in an epoch; the last batch may be smaller. Default: the size of the data set. */
  length?: number;
}

export const classBalancedSamplerOptions: OptionTable<ClassBalancedSamplerOptions, 'length'> = {
  length: optional(wholeNumber(1)),
};

const where = 'classBalancedSampler';

/**
 * Batches of random examples, drawn with replacement, in which every class is equally frequent on average: a rare class
 * as frequent as a large one.
 *
 * It is for losses over classes on unbalanced data. For losses over pairs and triplets take `mPerClassSampler`: its
 * batches always hold several examples of each class.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * await model.fit({ examples, labels }, { sampler: classBalancedSampler() });
 */
export function classBalancedSampler(options: ClassBalancedSamplerOptions = {}): BatchSampler {
  const { length } = readOptions(where, classBalancedSamplerOptions, options);
  return {
    kind: 'batches',
    name: where,
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
      checkInteger(where, 'batchSize', batchSize);
      if (labels.length === 0) return [];
      const weights = new Float64Array(labels.length);
      for (const members of indicesByClass(labels).values()) {
        for (const member of members) weights[member] = 1 / members.length;
      }
      return drawBatches(weights, length ?? labels.length, batchSize, random);
    },
  };
}
