import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { mPerClassSampler } from '../../src/samplers/mPerClassSampler.ts';

const labels = Int32Array.from({ length: 200 }, (_, i) => (i * i) % 7);

describe('mPerClassSampler', () => {
  test('fills each batch with m distinct examples of distinct classes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (m, classes, seed) => {
          for (const batch of mPerClassSampler({ m }).sample(
            labels,
            createRandom(seed),
            m * classes,
          )) {
            const counts = new Map<number, number>();
            for (const index of batch) {
              const label = labels[index] as number;
              counts.set(label, (counts.get(label) ?? 0) + 1);
            }
            expect([...counts.values()]).toEqual(new Array(classes).fill(m));
            expect(new Set(batch).size).toBe(batch.length);
          }
        },
      ),
    );
  });

  test('makes as many whole batches as the length holds', () => {
    expect(mPerClassSampler({ m: 3 }).sample(labels, createRandom(0), 9).length).toBe(22);
    expect(mPerClassSampler({ m: 3, length: 50 }).sample(labels, createRandom(0), 9).length).toBe(
      5,
    );
  });

  test('draws with replacement from a class smaller than m', () => {
    const few = Int32Array.of(0, 1, 1, 1, 1);
    for (const batch of mPerClassSampler({ m: 4, length: 40 }).sample(few, createRandom(1), 8)) {
      expect(batch.filter((index) => index === 0).length).toBe(4);
    }
  });

  test('shows every class once before it shows any class twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (classes, perBatch, seed) => {
          fc.pre(perBatch <= classes);
          const ids = Int32Array.from({ length: 3 * classes }, (_, i) => i % classes);
          const sampler = mPerClassSampler({ m: 1, length: 12 * classes });
          const batches = sampler.sample(ids, createRandom(seed), perBatch);
          const times = new Int32Array(classes);
          for (const batch of batches) {
            for (const index of batch) times[ids[index] as number]! += 1;
            // Within a batch that begins a new round, both rounds are under way.
            expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(2);
          }
          const distinct = batches.map((batch) => new Set(batch.map((i) => ids[i]!)).size);
          expect(distinct.every((size) => size === perBatch)).toBe(true);
          const firstRound = Math.floor(classes / perBatch);
          const shown = batches.slice(0, firstRound).flatMap((batch) => [...batch]);
          expect(new Set(shown.map((i) => ids[i])).size).toBe(firstRound * perBatch);
        },
      ),
    );
  });

  test('takes work in proportion to the epoch, also for very many classes', () => {
    let drawn = 0;
    const counted = createRandom(1);
    const random = createRandom(1);
    random.integer = (below) => {
      drawn++;
      return counted.integer(below);
    };
    const shuffles: number[] = [];
    random.shuffle = (items) => {
      shuffles.push(items.length);
      return counted.shuffle(items);
    };
    const classes = 10_000;
    const many = Int32Array.from({ length: 4 * classes }, (_, i) => i % classes);
    mPerClassSampler({ m: 4 }).sample(many, random, 32);
    const work = drawn + shuffles.reduce((sum, length) => sum + length, 0);
    expect(work).toBeLessThan(10 * many.length);
  });

  test.each([
    [2, 8],
    [5, 20],
    [100, 32],
  ])('with %i classes and m 4 suits a batch of %i', (classes, size) => {
    const ids = Int32Array.from({ length: 4 * classes }, (_, i) => i % classes);
    expect(mPerClassSampler({ m: 4 }).defaultBatchSize?.(ids)).toBe(size);
  });

  test('gives the same batches for the same seed', () => {
    const draw = (seed: number): Int32Array[] =>
      mPerClassSampler({ m: 4 }).sample(labels, createRandom(seed), 16);
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  test.each([
    [{ m: 5 }, 12, 'expected batchSize to be a multiple of m (5), got batchSize: 12. Use 10.'],
    [
      { m: 2 },
      16,
      'expected at least batchSize / m = 8 classes, got 4. Use a batchSize of at most 8, or a larger m.',
    ],
    [{ m: 2, length: 3 }, 4, 'expected an epoch of at least one batch (4), got length: 3.'],
    [{ m: 2 }, 0, 'expected batchSize to be a whole number >= 1, got batchSize: 0.'],
  ])('rejects %j with a batch of %d', (options, batchSize, message) => {
    expect(() => mPerClassSampler(options).sample(labels, createRandom(0), batchSize)).toThrow(
      `mPerClassSampler: ${message}`,
    );
  });

  test('rejects m: 0', () => {
    expect(() => mPerClassSampler({ m: 0 })).toThrow(
      'expected m to be a whole number >= 1, got m: 0.',
    );
  });
});
