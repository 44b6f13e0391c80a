import { describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { type MinerCase, mineCase, sortedTuples } from '../support/referenceMiners.ts';

const cases = reference<MinerCase>('miners').filter((c) => c.quirk === undefined);

describe('miners choose the tuples the reference chooses', () => {
  test.each(cases.filter((c) => c.expected.form === 'triplets'))('$id', (c) => {
    expect(sortedTuples(expectNoLeak(() => mineCase(c)))).toEqual({
      triplets: c.expected.triplets,
    });
  });

  test.each(cases.filter((c) => c.expected.form === 'pairs'))('$id', (c) => {
    const { pos_pairs: pos, neg_pairs: neg } = c.expected;
    expect(sortedTuples(expectNoLeak(() => mineCase(c)))).toEqual({ pos, neg });
  });

  test.each(cases.filter((c) => c.expected.error !== undefined))('refuses: $id', (c) => {
    expect(() => mineCase(c)).toThrow(/Miner: expected /);
  });
});
