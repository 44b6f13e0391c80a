import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnchorTriplets,
  sumByProducts,
  sumBySorting,
  sumByTriplet,
} from '../../src/losses/internal/tripletSum.ts';
import { expectClose } from '../support/expectClose.ts';

const numbers = fc
  .array(fc.integer({ min: -200, max: 200 }), { maxLength: 20 })
  .map((values) => Float64Array.from(values, (value) => value / 64));
const range = fc.constantFrom(
  [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  [0, Number.POSITIVE_INFINITY],
  [-1, 2],
  [0.5, 1.25],
  [Number.NEGATIVE_INFINITY, 1],
  [Number.NEGATIVE_INFINITY, -1],
);

function expectSame(
  sum: (of: AnchorTriplets) => ReturnType<typeof sumByTriplet>,
  of: AnchorTriplets,
): void {
  const [quick, plain] = [sum(of), sumByTriplet(of)];
  expect(quick.counted).toBe(plain.counted);
  expectClose([quick.total], [plain.total]);
  expectClose(quick.near, plain.near);
  expectClose(quick.far, plain.far);
}

describe('the quick sums over the triplets of an anchor', () => {
  test('by sorting are those of triplet by triplet', () => {
    fc.assert(
      fc.property(numbers, numbers, range, (near, far, [low = 0, high = 0]) => {
        expectSame(sumBySorting, { near, far, low, high, smooth: false });
      }),
      { numRuns: 500 },
    );
  });

  test('by products are those of triplet by triplet', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom(1, 30), (near, far, scale) => {
        const of = {
          near: near.map((x) => x * scale),
          far: far.map((x) => x * scale),
          low: 0,
          high: Number.POSITIVE_INFINITY,
          smooth: true,
        };
        expectSame(sumByProducts, of);
      }),
      { numRuns: 200 },
    );
  });
});
