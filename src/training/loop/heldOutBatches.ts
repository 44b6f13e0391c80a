import { indicesByClass } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { Random } from '../../random/createRandom.ts';
import { consecutiveTripletsSampler } from '../../samplers/consecutiveTripletsSampler.ts';
import type { BatchSampler, Sampler } from '../../samplers/sampler.ts';
import { type Batch, epochBatches } from './batches.ts';

/** The sampler of held-out examples, where the caller names none: it never has indices or weights of the training set. */
export function heldOutSampler(training: Sampler): Sampler {
  if (!training.ofOneDataset) return training;
  return training.kind === 'triplets' ? consecutiveTripletsSampler() : groupedBatches;
}

/**
 * The batches in which held-out examples are measured.
 *
 * A class with a single example has no positive: it is left out if the sampler refuses it.
 *
 * @throws MetricLearningError that says it is about held-out examples, if the sampler cannot draw from these labels.
 */
export function heldOutBatches(
  where: string,
  sampler: Sampler,
  labels: Int32Array,
  random: Random,
  batchSize: number,
): Batch[] {
  try {
    return epochBatches(sampler, labels, random, batchSize);
  } catch (error) {
    const usable = Int32Array.from(
      [...indicesByClass(labels).values()].filter(({ length }) => length > 1).flat(),
    ).sort();
    if (usable.length < labels.length && sampler.kind === 'triplets') {
      try {
        const kept = usable.map((index) => labels[index]!);
        return epochBatches(sampler, kept, random, batchSize).map((batch) => ({
          ...batch,
          indices: batch.indices.map((index) => usable[index]!),
        }));
      } catch {
        // The first error says more.
      }
    }
    throw new MetricLearningError(
      {
        where,
        expected: `held-out examples that ${sampler.name} can draw from`,
        got: `the error "${error instanceof Error ? error.message : String(error)}"`,
        fix: 'Pass a sampler that suits them: validationSampler in fit, sampler in evaluate.',
      },
      { cause: error },
    );
  }
}

/** Every example once: classes in groups of up to four examples, groups in random order. */
const groupedBatches: BatchSampler = {
  kind: 'batches',
  name: 'groups of each class',
  sample(labels, random, batchSize) {
    const groups = [...indicesByClass(labels).values()].flatMap((members) =>
      Array.from({ length: Math.ceil(members.length / 4) }, (_, i) =>
        members.slice(4 * i, 4 * i + 4),
      ),
    );
    const order = random.shuffle(groups).flat();
    return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) =>
      Int32Array.from(order.slice(i * batchSize, (i + 1) * batchSize)),
    );
  },
};
