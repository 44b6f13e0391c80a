import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNearestFinder } from '../../src/neighbors/nearestFinder.ts';

describe('createNearestFinder', () => {
  test('finds what sorting by value and position finds, row after row', () => {
    const row = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        (all, k) => {
          const finder = createNearestFinder(k);
          for (const values of all) {
            const expected = values
              .map((value, position) => ({ value, position }))
              .sort((a, b) => a.value - b.value || a.position - b.position)
              .slice(0, k);
            const found = Array.from(finder.find(Float32Array.from(values))).sort((a, b) => a - b);
            expect(found).toEqual(expected.map(({ position }) => position).sort((a, b) => a - b));
            expect(finder.largest()).toBe(expected.at(-1)?.value);
          }
        },
      ),
    );
  });
});
