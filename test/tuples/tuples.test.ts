import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { allPairs } from '../../src/tuples/allPairs.ts';
import { allTriplets, tripletsOf } from '../../src/tuples/allTriplets.ts';
import { toPairs, toTriplets } from '../../src/tuples/convertTuples.ts';
import { checkTuples } from '../../src/tuples/internal/checkTuples.ts';
import {
  partnersFromLabels,
  partnersFromPairs,
  tripletCount,
} from '../../src/tuples/internal/partners.ts';
import { randomTriplets } from '../../src/tuples/internal/randomTriplets.ts';

const anyLabels = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 })
  .map((labels) => Int32Array.from(labels));

describe('tuples of a batch', () => {
  test('are those of equal and of different labels, each once', () => {
    fc.assert(
      fc.property(anyLabels, (labels) => {
        const { positiveAnchor, positive, negativeAnchor, negative } = allPairs(labels);
        const n = labels.length;
        expect(positive.length + negative.length).toBe(n * (n - 1));
        positiveAnchor.forEach((a, i) => {
          expect(labels[a]).toBe(labels[positive[i] as number]);
          expect(a).not.toBe(positive[i]);
        });
        negativeAnchor.forEach((a, i) => {
          expect(labels[a]).not.toBe(labels[negative[i] as number]);
        });
      }),
    );
  });

  test('are the same triplets, made at once, of pairs, or of partners', () => {
    fc.assert(
      fc.property(anyLabels, fc.option(anyLabels, { nil: undefined }), (labels, others) => {
        const triplets = allTriplets(labels, others);
        const partners = partnersFromLabels(labels, others);
        expect(toTriplets(allPairs(labels, others))).toEqual(triplets);
        expect(tripletsOf(partners)).toEqual(triplets);
        expect(tripletCount(partners)).toBe(triplets.anchor.length);
      }),
    );
  });

  test('repeat what is repeated', () => {
    const twice = Int32Array.of(0, 0);
    const [one, two] = [Int32Array.of(1, 1), Int32Array.of(2, 3)];
    const pairs = { positiveAnchor: twice, positive: one, negativeAnchor: twice, negative: two };
    expect(tripletCount(partnersFromPairs(pairs, 1))).toBe(4);
    expect(toPairs({ anchor: twice, positive: one, negative: two })).toEqual(pairs);
  });

  test('are drawn the same by the same seed', () => {
    const partners = partnersFromLabels(Int32Array.of(0, 1, 0, 1, 0, 2));
    const draw = (seed: number): object => randomTriplets(partners, 3, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

const zero = Int32Array.of(0);
test.each([
  [
    { anchor: zero, positive: zero, negative: Int32Array.of(9) },
    'tuples.negative to be indices from 0 to 4, got 9 at position 0. Mine the tuples on this batch, or pass the reference set that the tuples index.',
  ],
  [
    { anchor: Int32Array.of(0, -1), positive: zero, negative: zero },
    'tuples.anchor to be indices from 0 to 2, got -1 at position 1.',
  ],
  [
    { anchor: zero, positive: zero, negative: new Int32Array(2) },
    'tuples.negative to be an Int32Array of length 1, got length 2.',
  ],
  [
    { anchor: zero, positive: [0], negative: zero },
    'tuples.positive to be an Int32Array of length 1, got [0].',
  ],
  [
    [0, 1],
    'tuples to be { anchor, positive, negative } or { positiveAnchor, positive, negativeAnchor, negative }, got [0,1].',
  ],
  [
    { positiveAnchor: zero, positive: zero, negativeAnchor: zero },
    'tuples.negative to be an Int32Array of length 1, got undefined.',
  ],
])('says what is wrong with tuples: %#', (tuples, message) => {
  expect(() => checkTuples('here', tuples as never, 3, 5)).toThrow(`here: expected ${message}`);
});

test.each([
  ['toPairs', toPairs],
  ['toTriplets', toTriplets],
] as const)('%s refuses what are no tuples', (name, convert) => {
  for (const given of [undefined, 'all', [0, 1], {}]) {
    expect(() => convert(given as never)).toThrow(
      `${name}: expected tuples to be { anchor, positive, negative } or`,
    );
  }
});
