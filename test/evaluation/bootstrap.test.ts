import { describe, expect, test } from 'vitest';
import { bootstrapInterval } from '../../src/evaluation/bootstrap.ts';
import { createRandom } from '../../src/random/createRandom.ts';

describe('bootstrapInterval', () => {
  const random = createRandom(1);
  const values = Float64Array.from({ length: 500 }, () => random.next());
  const mean = values.reduce((a, b) => a + b) / 500;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 500;
  const error = Math.sqrt(variance / 500);

  test.each([
    [0.95, 1.96],
    [0.8, 1.2816],
  ])('at level %d is what the normal distribution of a mean gives', (level, deviations) => {
    const [low, high] = bootstrapInterval(values, { seed: 3, level, resamples: 4000 });
    expect(low).toBeCloseTo(mean - deviations * error, 2.7);
    expect(high).toBeCloseTo(mean + deviations * error, 2.7);
  });

  test('is a point for values that are all equal', () => {
    expect(bootstrapInterval([2, 2, 2], { seed: 1 })).toEqual([2, 2]);
  });

  test('depends on the seed alone', () => {
    const at = (seed: number): readonly number[] => bootstrapInterval(values, { seed });
    expect(at(1)).toEqual(at(1));
    expect(at(2)).not.toEqual(at(1));
  });

  test('rejects an empty list', () => {
    expect(() => bootstrapInterval([], { seed: 1 })).toThrow(
      'bootstrapInterval: expected at least one value, got none.',
    );
  });
});
