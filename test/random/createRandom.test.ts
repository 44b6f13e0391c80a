import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, restoreRandom } from '../../src/random/createRandom.ts';

const take = (random: { next(): number }, count: number): number[] =>
  Array.from({ length: count }, () => random.next());

describe('createRandom', () => {
  test('gives the same numbers for the same seed, others for another', () => {
    expect(take(createRandom(7), 50)).toEqual(take(createRandom(7), 50));
    expect(take(createRandom(7), 5)).not.toEqual(take(createRandom(8), 5));
    expect(take(createRandom(1), 5)).not.toEqual(take(createRandom(1 + 2 ** 32), 5));
  });

  test('is pinned: a new version must not change what a seed gives', () => {
    expect(take(createRandom(1), 3)).toMatchInlineSnapshot(`
      [
        0.5374428329523653,
        0.45416540931910276,
        0.08243005652911961,
      ]
    `);
  });

  test('spreads evenly over [0, 1)', () => {
    const counts = new Array<number>(10).fill(0);
    for (const value of take(createRandom(3), 100_000)) counts[Math.floor(value * 10)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('integer(n) takes each of 0 .. n - 1, and nothing else', () => {
    const random = createRandom(5);
    expect(new Set(Array.from({ length: 1000 }, () => random.integer(7)))).toEqual(
      new Set([0, 1, 2, 3, 4, 5, 6]),
    );
  });

  test('forks are streams of their own, the same whichever other forks exist', () => {
    const one = createRandom(2);
    const other = createRandom(2);
    other.fork('head');
    expect(take(one.fork('sampler'), 5)).toEqual(take(other.fork('sampler'), 5));
    expect(take(one.fork('sampler'), 5)).not.toEqual(take(one.fork('head'), 5));
  });

  test('goes on from a kept state', () => {
    const random = createRandom(4);
    take(random, 10);
    const state = random.state();
    expect(take(restoreRandom(state), 10)).toEqual(take(random, 10));
  });

  test('shuffles: all items stay, each order is possible', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        expect(
          createRandom(seed)
            .shuffle([...items])
            .sort(),
        ).toEqual([...items].sort());
      }),
    );
    const random = createRandom(9);
    const orders = new Set(Array.from({ length: 200 }, () => random.shuffle([1, 2, 3]).join()));
    expect(orders.size).toBe(6);
  });

  test.each([-1, 1.5, Number.NaN])('rejects the seed %d', (seed) => {
    expect(() => createRandom(seed)).toThrow(
      `createRandom: expected seed to be a whole number >= 0, got seed: ${seed}.`,
    );
  });
});
