import type { BatchSampler } from '../../samplers/sampler.ts';

/** Every example once, in random order: what an epoch of two views shows, where the caller names no sampler. */
export const shuffledBatches: BatchSampler = {
  kind: 'batches',
  name: 'every example once',
  sample(labels, random, batchSize) {
    const order = random.shuffle(Int32Array.from(labels, (_, i) => i));
    return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) =>
      order.slice(i * batchSize, (i + 1) * batchSize),
    );
  },
};
