import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  liftedQueries,
  liftedRows,
  longestRow,
} from '../../../src/search/approximate/liftedRows.ts';

test('The squared distance of a lifted query to a lifted row is 2 radius^2 - 2 x . y, up to the length of x', () => {
  const value = fc.float({ min: -3, max: 3, noNaN: true });
  const row = fc.tuple(value, value, value);
  fc.assert(
    fc.property(row, row, fc.float({ min: 6, max: 20, noNaN: true }), (x, y, radius) => {
      const query = liftedQueries(Float32Array.from(x), 3, radius);
      const item = liftedRows(Float32Array.from(y), 3, radius);
      expect(longestRow(item, 4)).toBeCloseTo(radius, 3);
      const squared = query.reduce((sum, v, k) => sum + (v - (item[k] as number)) ** 2, 0);
      const length = Math.hypot(...x);
      if (length < 1e-3) return;
      const product = x.reduce((sum, v, k) => sum + (v * (y[k] as number) * radius) / length, 0);
      expect(squared).toBeCloseTo(2 * radius ** 2 - 2 * product, 2);
    }),
  );
});

test('A row longer than the radius is refused', () => {
  expect(() => liftedRows(Float32Array.of(3, 4), 2, 4.9)).toThrow(
    'a row of length 5 among those of 4.9',
  );
});
