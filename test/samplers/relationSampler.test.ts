import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { relationSampler } from '../../src/samplers/relationSampler.ts';

/** Ratings from 0 to 9: neighbors are similar. */
const labels = Int32Array.from({ length: 60 }, (_, i) => i % 10);
const matches = (a: number, b: number): boolean => Math.abs(a - b) <= 1;
const draw = (seed: number, batchSize = 12, length?: number): Int32Array[] =>
  relationSampler({ matches, m: 4, ...(length !== undefined && { length }) }).sample(
    labels,
    createRandom(seed),
    batchSize,
  );

describe('relationSampler', () => {
  test('gives groups of an example and others that match it, none twice in a batch', () => {
    for (const batch of draw(1, 12, 600)) {
      expect(batch).toHaveLength(12);
      expect(new Set(batch).size).toBe(12);
      for (let i = 0; i < 12; i += 4) {
        const [seed, ...others] = [...batch.slice(i, i + 4)].map((row) => labels[row] as number);
        for (const other of others) expect(matches(seed as number, other)).toBe(true);
      }
    }
  });

  test('begins a group with each example before it begins one twice', () => {
    const seeds = draw(2, 4, 4 * 60).map(([seed]) => seed as number);
    expect(new Set(seeds).size).toBe(60);
  });

  test('draws the others evenly', () => {
    const counts = new Map<number, number>();
    for (const batch of draw(3, 4, 4 * 6000)) {
      if (labels[batch[0] as number] !== 5) continue;
      for (const row of batch.slice(1)) counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    expect(counts.size).toBe(18); // 6 of each of the ratings 4, 5 and 6
    const mean = [...counts.values()].reduce((a, b) => a + b, 0) / 18;
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(0.6 * mean);
      expect(count).toBeLessThan(1.4 * mean);
    }
  });

  test('is determined by its seed, and has an epoch of the size of the data set', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1)).toHaveLength(5);
  });

  test('fills a batch with further groups where nothing matches', () => {
    const alone = relationSampler({ matches: () => false, m: 4 });
    const [batch] = alone.sample(labels, createRandom(1), 8);
    expect(new Set(batch).size).toBe(8);
    expect(alone.name).toBe('relationSampler');
  });

  test.each([
    [10, 'batchSize to be a multiple of m (4), got batchSize: 10. Use 12.'],
    [64, 'an epoch of at least one batch (64), got length: 60'],
  ])('refuses a batch of %d', (batchSize, message) => {
    expect(() => draw(1, batchSize)).toThrow(`relationSampler: expected ${message}`);
  });
});
