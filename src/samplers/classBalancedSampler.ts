import { indicesByClass } from '../data/labels.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import type { BatchSampler } from './sampler.ts';
import { drawBatches } from './weightedSampler.ts';

export interface ClassBalancedSamplerOptions {
  /** Examples an epoch shows; its last batch may be smaller. Default: as many as the data set has. */
  length?: number;
}

/**
 * Batches of random examples, drawn with replacement, in which every class comes up equally often on average,
 * however many examples it has.
 *
 * For losses over classes on unbalanced data. Losses over pairs and triplets want `mPerClassSampler`, whose
 * batches hold several examples of each class for certain.
 *
 * @throws MetricLearningError if `length` is no whole number >= 1.
 */
export function classBalancedSampler(options: ClassBalancedSamplerOptions = {}): BatchSampler {
  checkOptions('classBalancedSampler', options, ['length']);
  const where = 'classBalancedSampler';
  if (options.length !== undefined) checkInteger(where, 'length', options.length);
  return {
    kind: 'batches',
    name: where,
    sample(labels, random, batchSize) {
      checkInteger(where, 'batchSize', batchSize);
      if (labels.length === 0) return [];
      const weights = new Float64Array(labels.length);
      for (const members of indicesByClass(labels).values()) {
        for (const member of members) weights[member] = 1 / members.length;
      }
      return drawBatches(weights, options.length ?? labels.length, batchSize, random);
    },
  };
}
