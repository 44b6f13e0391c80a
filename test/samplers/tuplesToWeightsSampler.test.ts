import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { tuplesToWeightsSampler } from '../../src/samplers/tuplesToWeightsSampler.ts';
import type { Triplets } from '../../src/tuples/tuples.ts';

const triplets = (...rows: [number, number, number][]): Triplets => ({
  anchor: Int32Array.from(rows, ([a]) => a),
  positive: Int32Array.from(rows, ([, p]) => p),
  negative: Int32Array.from(rows, ([, , n]) => n),
});

describe('tuplesToWeightsSampler', () => {
  const labels = Int32Array.of(0, 0, 0, 1, 1);

  test('draws evenly until it is told of tuples', () => {
    const sampler = tuplesToWeightsSampler({ count: 5, length: 5000 });
    expect([...sampler.weights]).toEqual([1, 1, 1, 1, 1]);
    const [batch] = sampler.sample(labels, createRandom(1), 5000);
    for (let i = 0; i < 5; i++) {
      expect((batch as Int32Array).filter((index) => index === i).length / 5000).toBeCloseTo(
        0.2,
        1,
      );
    }
  });

  test('weighs each example by how often it is in the tuples', () => {
    const sampler = tuplesToWeightsSampler({ count: 5 });
    sampler.update(triplets([0, 1, 3], [0, 2, 3], [0, 1, 4], [1, 0, 3]));
    expect([...sampler.weights]).toEqual([1, 0.75, 0.25, 0.75, 0.25]);
  });

  test('weighs all alike when nothing was mined', () => {
    const sampler = tuplesToWeightsSampler({ count: 3 });
    sampler.update(triplets([0, 1, 2]));
    sampler.update(triplets());
    expect([...sampler.weights]).toEqual([1, 1, 1]);
  });

  test('spreads the weights of a mined subset, and draws from that alone', () => {
    const sampler = tuplesToWeightsSampler({ count: 5, length: 100 });
    sampler.update(triplets([0, 1, 2], [1, 0, 2]), [4, 3, 0]);
    expect([...sampler.weights]).toEqual([1, 0, 0, 1, 1]);
    for (const batch of sampler.sample(labels, createRandom(2), 10)) {
      expect(batch.some((index) => index === 1 || index === 2)).toBe(false);
    }
  });

  test('says what does not fit', () => {
    const sampler = tuplesToWeightsSampler({ count: 5 });
    expect(() => sampler.update(triplets([0, 1, 5]))).toThrow(
      'tuplesToWeightsSampler: expected tuples to hold indices from 0 to 4, got 5.',
    );
    expect(() => sampler.update(triplets([0, 1, 2]), [0, 1, 7])).toThrow(
      'tuplesToWeightsSampler: expected subset to hold indices from 0 to 4, got 7.',
    );
    expect(() => sampler.sample(Int32Array.of(0, 1), createRandom(0), 2)).toThrow(
      'tuplesToWeightsSampler: expected 5 examples (count), got 2.',
    );
  });
});
