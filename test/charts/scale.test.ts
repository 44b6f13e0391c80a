import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearScale, logScale, numberText } from '../../src/charts/internal/scale.ts';

const texts = (scale: { ticks: readonly { text: string }[] }): string[] =>
  scale.ticks.map(({ text }) => text);

describe('linearScale', () => {
  test('ends at round numbers and ticks 1, 2 or 5 apart', () => {
    expect(texts(linearScale([0, 0.73], [0, 100], 4))).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8']);
    expect(texts(linearScale([-3, 12], [0, 100], 4))).toEqual(['−5', '0', '5', '10', '15']);
    expect(texts(linearScale([0, 12_345], [0, 100], 3))).toEqual([
      '0',
      '5,000',
      '10,000',
      '15,000',
    ]);
  });

  test('keeps its ends when told to', () => {
    const scale = linearScale([1, 9], [0, 80], 4, { nice: false });
    expect(scale.domain).toEqual([1, 9]);
    expect(texts(scale)).toEqual(['2', '4', '6', '8']);
    expect(scale.at(5)).toBe(40);
  });

  test('ticks are never closer than wanted', () => {
    expect(texts(linearScale([0, 2], [0, 100], 20, { nice: false, leastStep: 1 }))).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  test('places values outside on the edge', () => {
    const { at } = linearScale([0, 10], [100, 0], 5);
    expect([at(-5), at(5), at(25)]).toEqual([100, 50, 0]);
  });

  test('has finite ticks that rise, whatever the domain', () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.integer({ min: 1, max: 20 }), (a, b, count) => {
        const { ticks, at } = linearScale([Math.min(a, b), Math.max(a, b)], [0, 100], count);
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThan(3 * count + 4);
        for (const { value } of ticks) expect(Number.isFinite(at(value))).toBe(true);
      }),
    );
  });
});

describe('logScale', () => {
  test('ticks at powers of ten, with 2 and 5 where there is room', () => {
    expect(texts(logScale([0.02, 9], [200, 0], 20))).toEqual([
      '0.02',
      '0.05',
      '0.1',
      '0.2',
      '0.5',
      '1',
      '2',
      '5',
      '10',
    ]);
    expect(texts(logScale([0.0001, 9000], [200, 0], 20))).toEqual([
      '0.0001',
      '0.001',
      '0.01',
      '0.1',
      '1',
      '10',
      '100',
      '1,000',
      '10,000',
    ]);
    expect(texts(logScale([1e-9, 1], [100, 0], 40))).toEqual(['1e-8', '0.0001', '1']);
  });

  test('values of 0 and less lie on the lower edge', () => {
    const { at } = logScale([0.1, 10], [200, 0], 20);
    expect([at(0), at(-3), at(1), at(10)]).toEqual([200, 200, 100, 0]);
  });
});

test.each([
  [0.0302, '0.0302'],
  [0.9878, '0.9878'],
  [0, '0'],
  [10_000, '10,000'],
  [1234.5, '1,235'],
  [12.345, '12.35'],
  [0.000312, '0.000312'],
  [-2.5, '−2.500'],
  [1e-9, '1.0e-9'],
  [3e21, '3.0e21'],
])('numberText writes %d as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});
