import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNearestFinder } from '../../../src/search/exact/nearestFinder.ts';

describe('createNearestFinder', () => {
  test('finds what sorting by value and position finds, however the rows are cut', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Infinity));
    const row = fc.array(value, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (all, k, step) => {
          const finder = createNearestFinder(all.length, k);
          for (let round = 0; round < 2; round++) {
            finder.reset();
            all.forEach((values, r) => {
              for (let from = 0; from < values.length; from += step) {
                const count = Math.min(step, values.length - from);
                finder.look(r, Float32Array.from(values), from, count, from);
              }
            });
          }
          all.forEach((values, r) => {
            const expected = values
              .map((distance, position) => ({ distance, position }))
              .filter(({ distance }) => distance !== Infinity)
              .sort((a, b) => a.distance - b.distance || a.position - b.position)
              .slice(0, k);
            const found = finder
              .positions(r)
              .map((position, i) => ({ distance: finder.distances(r)[i], position }))
              .sort((a, b) => a.position - b.position);
            expect(found).toEqual(expected.sort((a, b) => a.position - b.position));
            const largest = Math.max(...expected.map(({ distance }) => distance));
            expect(finder.largest(r)).toBe(expected.length < k ? Infinity : largest);
          });
        },
      ),
    );
  });

  test('may be shown a column at a time', () => {
    const value = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, value, value), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (columns, k) => {
          const [byRow, byColumn] = [createNearestFinder(4, k), createNearestFinder(4, k)];
          columns.forEach((values, at) => {
            byColumn.lookEach(0, Float32Array.from(values), 0, 2, at);
            byColumn.lookEach(2, Float32Array.from(values), 2, 2, at);
          });
          for (let r = 0; r < 4; r++) {
            const row = Float32Array.from(columns, (values) => values[r] as number);
            byRow.look(r, row, 0, row.length, 0);
            expect(byColumn.positions(r)).toEqual(byRow.positions(r));
            expect(byColumn.largest(r)).toBe(byRow.largest(r));
          }
        },
      ),
    );
  });
});
