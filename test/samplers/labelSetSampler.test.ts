import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { labelSetSampler } from '../../src/samplers/labelSetSampler.ts';

const sets = Array.from({ length: 60 }, (_, i) => [i % 5, 5 + (i % 7)]);
const labels = Int32Array.from(sets, (_, i) => i);
const draw = (seed: number, batchSize = 12): Int32Array[] =>
  labelSetSampler({ sets, m: 4 }).sample(labels, createRandom(seed), batchSize);

describe('labelSetSampler', () => {
  test('gives m examples that share a label, for batchSize / m labels, none twice in a batch', () => {
    for (const batch of draw(1)) {
      expect(batch).toHaveLength(12);
      expect(new Set(batch).size).toBe(12);
      for (let i = 0; i < 12; i += 4) {
        const group = [...batch.slice(i, i + 4)].map((example) => sets[example] as number[]);
        const shared = group[0]?.filter((label) => group.every((set) => set.includes(label)));
        expect(shared?.length).toBeGreaterThan(0);
      }
    }
  });

  test('is determined by its seed', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('has an epoch of the size of the data set, or of the length that is given', () => {
    expect(draw(3)).toHaveLength(5);
    const long = labelSetSampler({ sets, m: 2, length: 100 });
    expect(long.sample(labels, createRandom(0), 8)).toHaveLength(12);
  });

  test('draws with replacement from a label with too few examples, and leaves out empty sets', () => {
    const few = labelSetSampler({ sets: [[1], [1], [], [2]], m: 4, length: 8 });
    const drawn = few.sample(Int32Array.of(0, 1, 2, 3), createRandom(4), 8).flatMap((b) => [...b]);
    expect(drawn.filter((example) => example < 2)).toHaveLength(4);
    expect(drawn.filter((example) => example === 3)).toHaveLength(4);
  });

  test.each([
    [
      () => draw(1, 10),
      'labelSetSampler: expected batchSize to be a multiple of m (4), got batchSize: 10. Use 12.',
    ],
    [() => draw(1, 64), 'expected an epoch of at least one batch (64), got length: 60.'],
    [
      () => labelSetSampler({ sets: [[1]], m: 1 }).sample(Int32Array.of(1), createRandom(0), 1),
      'expected labels to be indices of sets, from 0 to 0, got 1 at index 0.',
    ],
    [
      () => labelSetSampler({ sets: [[]], m: 1 }).sample(Int32Array.of(0), createRandom(0), 1),
      'expected at least one example with a label, got sets that are all empty.',
    ],
  ])('refuses %#', (call, message) => {
    expect(call).toThrow(message);
  });
});
