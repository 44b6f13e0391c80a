import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { classBalancedSampler } from '../../src/samplers/classBalancedSampler.ts';
import { weightedSampler } from '../../src/samplers/weightedSampler.ts';

const flat = (batches: Int32Array[]): number[] => batches.flatMap((batch) => [...batch]);

describe('weightedSampler', () => {
  const labels = new Int32Array(5);

  test('draws each example in proportion to its weight', () => {
    const weights = [1, 0, 3, 4, 0];
    const drawn = flat(
      weightedSampler({ weights, length: 80_000 }).sample(labels, createRandom(5), 100),
    );
    const shares = weights.map(
      (_, i) => drawn.filter((index) => index === i).length / drawn.length,
    );
    shares.forEach((share, i) => {
      expect(share).toBeCloseTo((weights[i] as number) / 8, 2);
    });
    expect(shares[1]).toBe(0);
  });

  test('shows as many examples as there are, the last batch being smaller', () => {
    const batches = weightedSampler({ weights: [1, 1, 1, 1, 1] }).sample(
      labels,
      createRandom(0),
      3,
    );
    expect(batches.map(({ length }) => length)).toEqual([3, 2]);
  });

  test.each([
    [
      { weights: [1, -1] },
      'weightedSampler: expected weights to be an array of at least 1 value, each a finite number >= 0, got weights: -1 at index 1.',
    ],
    [
      { weights: [Number.NaN] },
      'weightedSampler: expected weights to be an array of at least 1 value, each a finite number >= 0, got weights: NaN at index 0.',
    ],
    [
      { weights: [0, 0] },
      'weightedSampler: expected at least one weight above 0, got 2 weights of 0.',
    ],
    [
      { weights: [], length: 3 },
      'expected weights to be an array of at least 1 value, each a finite number >= 0, got weights: [].',
    ],
    [
      { weights: [1], length: 0 },
      'weightedSampler: expected length to be a whole number >= 1, got length: 0.',
    ],
    [
      { weights: undefined },
      'expected weights to be an array of at least 1 value, each a finite number >= 0, got weights: undefined.',
    ],
  ])('rejects %o', (options, message) => {
    expect(() => weightedSampler(options as never)).toThrow(message);
  });

  test('says how many weights it wanted', () => {
    expect(() => weightedSampler({ weights: [1] }).sample(labels, createRandom(0), 2)).toThrow(
      'weightedSampler: expected one weight per example (5), got weights of length 1.',
    );
  });
});

describe('classBalancedSampler', () => {
  test('shows a rare class as often as a frequent one', () => {
    const labels = Int32Array.from({ length: 100 }, (_, i) => (i < 2 ? 9 : i < 20 ? 4 : 0));
    const drawn = flat(
      classBalancedSampler({ length: 30_000 }).sample(labels, createRandom(2), 64),
    );
    for (const id of [0, 4, 9]) {
      expect(drawn.filter((i) => labels[i] === id).length / drawn.length).toBeCloseTo(1 / 3, 2);
    }
    expect(drawn).toHaveLength(30_000);
  });

  test('has nothing to show of nothing', () => {
    expect(classBalancedSampler().sample(new Int32Array(0), createRandom(0), 4)).toEqual([]);
  });

  test('rejects an impossible length', () => {
    expect(() => classBalancedSampler({ length: 1.5 })).toThrow(
      'classBalancedSampler: expected length to be a whole number >= 1, got length: 1.5.',
    );
  });
});
