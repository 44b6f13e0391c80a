import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { hierarchicalSampler } from '../../src/samplers/hierarchicalSampler.ts';

const countsOf = (values: readonly number[]): number[] =>
  [...new Set(values)].map((value) => values.filter((other) => other === value).length);

describe('hierarchicalSampler', () => {
  const labels = Int32Array.from({ length: 24 }, (_, i) => Math.floor(i / 4)); // 6 classes of 4
  const superLabels = labels.map((label) => Math.floor(label / 2)); // 3 super classes of 2 classes

  test('shows every combination of super classes equally often', () => {
    const sampler = hierarchicalSampler({
      superLabels,
      samplesPerClass: 2,
      batchesPerSuperTuple: 5,
    });
    const batches = sampler.sample(labels, createRandom(1), 8);
    const pairs = batches.map((batch) =>
      [...new Set(batch.map((i) => superLabels[i] as number))].sort().join(),
    );
    expect(countsOf(pairs.map((pair) => Number(pair.replace(',', ''))))).toEqual([5, 5, 5]);
  });

  test('gives the same batches for the same seed, and others for another', () => {
    const sample = (seed: number): Int32Array[] =>
      hierarchicalSampler({ superLabels, samplesPerClass: 2 }).sample(
        labels,
        createRandom(seed),
        8,
      );
    expect(sample(3)).toEqual(sample(3));
    expect(sample(3)).not.toEqual(sample(4));
  });

  test('draws with replacement from a class that is too small', () => {
    const small = hierarchicalSampler({ superLabels: [0, 1, 1], samplesPerClass: 2 });
    const [batch] = small.sample(Int32Array.of(0, 1, 1), createRandom(0), 4);
    expect([...(batch as Int32Array)].filter((i) => i === 0)).toHaveLength(2);
  });

  test.each([
    [
      { samplesPerClass: 3 },
      8,
      'expected batchSize to be a multiple of superClassesPerBatch * samplesPerClass (6), got batchSize: 8. Use 6.',
    ],
    [
      { samplesPerClass: 2, superClassesPerBatch: 4 },
      8,
      'expected at least superClassesPerBatch (4) super classes, got 3.',
    ],
    [
      { samplesPerClass: 'all' as const },
      4,
      'expected a class of at most 2 examples in super class 0, got a smallest class of 4. Use a larger batchSize, or a number for samplesPerClass.',
    ],
    [
      { samplesPerClass: 2, batchesPerSuperTuple: 400_000 },
      8,
      'expected an epoch of at most 1000000 batches, got 1200000 (combinations of 2 of 3 super classes, 400000 batches each). Use fewer super classes a batch.',
    ],
    [
      { samplesPerClass: 2, superLabels: [0, 1] },
      8,
      'expected one super label per example (24), got superLabels of length 2.',
    ],
  ])('explains what does not fit: %o', (options, batchSize, message) => {
    const sampler = hierarchicalSampler({ superLabels, ...options });
    expect(() => sampler.sample(labels, createRandom(0), batchSize)).toThrow(
      `hierarchicalSampler: ${message}`,
    );
  });
});
