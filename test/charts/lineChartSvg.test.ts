import { describe, expect, test } from 'vitest';
import { smooth } from '../../src/charts/internal/smooth.ts';
import { spread } from '../../src/charts/internal/spread.ts';
import { lineChartSvg } from '../../src/charts/lineChartSvg.ts';
import type { LineSeries } from '../../src/charts/lineSeries.ts';
import { lossCurveSvg } from '../../src/charts/lossCurveSvg.ts';
import { expectWellFormed } from './expectWellFormed.ts';

const line = (name: string, y: ArrayLike<number>, more: Partial<LineSeries> = {}): LineSeries => ({
  name,
  x: Array.from(y, (_, i) => i),
  y,
  ...more,
});

describe('lineChartSvg', () => {
  test('names each line, and writes its last value at its end', () => {
    const svg = lineChartSvg([line('first', [3, 2, 1.5]), line('second', [1, 2, 0.25])]);
    expectWellFormed(svg);
    for (const text of ['>first<', '>second<', '>1.500<', '>0.2500<']) expect(svg).toContain(text);
    expect(svg).toContain('aria-label="Line chart: first ends at 1.500, second ends at 0.2500."');
  });

  test.each(['light', 'dark', 'auto'] as const)('theme %s', (theme) => {
    const svg = lineChartSvg([line('a', [1, 2])], { theme });
    expectWellFormed(svg);
    expect(svg).toContain(`class="chart-${theme}"`);
    expect(svg.includes('class="paper" width')).toBe(theme !== 'auto');
    expect(svg.includes('prefers-color-scheme')).toBe(theme === 'auto');
  });

  test('draws 100,000 points in what the eye can see of them, the extremes kept', () => {
    const y = Float64Array.from({ length: 100_000 }, (_, i) => (i === 54_321 ? 100 : i % 7));
    const svg = lineChartSvg([line('many', y)], { width: 720, height: 400 });
    expectWellFormed(svg);
    expect(svg.length).toBeLessThan(60_000);
    const top = Math.min(...[...svg.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, at]) => Number(at)));
    const grid = [...svg.matchAll(/class="grid"[^>]*y1="([\d.]+)"/g)].map(([, at]) => Number(at));
    expect(top).toBeCloseTo(Math.min(...grid), -1);
  });

  test('a single point, equal values and values far apart all have an axis', () => {
    for (const y of [[5], [0], [2, 2, 2], [-4, -4], [1e-12, 1e12]]) {
      expectWellFormed(lineChartSvg([line('a', y)]));
      expectWellFormed(lineChartSvg([line('a', y)], { yScale: 'log', xScale: 'linear' }));
    }
  });

  test.each([
    [[], {}, 'lineChartSvg: expected an array of at least one line, { name, x, y }, got [].'],
    [
      [{ name: 'a', x: [1], y: [1, 2] }],
      {},
      'lineChartSvg: expected "a" to have at least one point, and as many y as x, got 1 x and 2 y.',
    ],
    [
      [line('a', [1, Number.NaN])],
      {},
      'lineChartSvg: expected y of "a" to hold finite numbers, got NaN at index 1.',
    ],
    [
      [line('a', [1])],
      { width: 10 },
      'lineChartSvg: expected width to be a number from 240 to 4000, got width: 10.',
    ],
    [
      [line('a', [1])],
      { theme: 'blue' as 'dark' },
      `lineChartSvg: expected theme to be one of 'light', 'dark', 'auto', got theme: "blue".`,
    ],
    [
      [line('a', [1], { color: 'red' })],
      {},
      'lineChartSvg: expected colors to be of the form #rrggbb, got "red" at index 0.',
    ],
  ])('rejects bad input: %#', (series, options, message) => {
    expect(() => lineChartSvg(series, options)).toThrow(message);
  });
});

describe('lossCurveSvg', () => {
  const loss = [0.7241, 0.0863];
  const valLoss = [0.0511, 0.0302];
  const stepLoss = Float64Array.from({ length: 400 }, (_, i) => 3 / (i + 1) + (i % 3 ? 0.02 : 0));

  test('shows epochs of training and validation', () => {
    const svg = lossCurveSvg({ loss, valLoss }, { title: 'MNIST' });
    expectWellFormed(svg);
    for (const text of [
      '>MNIST<',
      '>training<',
      '>validation<',
      '>0.0863<',
      '>0.0302<',
      '>epoch<',
    ]) {
      expect(svg).toContain(text);
    }
    expect(svg).toContain('>loss<');
  });

  test('shows steps, their smoothed curve, and a log axis where the loss falls far', () => {
    const svg = lossCurveSvg({ loss, valLoss, stepLoss });
    expectWellFormed(svg);
    expect(svg).toContain('>training, each step<');
    expect(svg).toContain('>training, mean of 10 steps<');
    expect(svg).toContain('>training, mean of the epoch<');
    expect(svg).toContain('>loss (log scale)<');
    expect(lossCurveSvg({ loss, stepLoss }, { yScale: 'linear' })).toContain('>loss<');
    expect(lossCurveSvg({ loss, stepLoss }, { smoothing: 1 })).not.toContain('mean of 1 steps');
  });

  test('takes what there is: one epoch, no validation, steps of an unfinished epoch', () => {
    expectWellFormed(lossCurveSvg({ loss: [0.5] }));
    expectWellFormed(lossCurveSvg({ loss: [0.5, 0.4], valLoss: [] }));
    expectWellFormed(lossCurveSvg({ loss: [], stepLoss: [3, 2, 1] }));
    expectWellFormed(lossCurveSvg({ loss: [0, 0], stepLoss: [0, 0, 0, 0] }));
    expectWellFormed(lossCurveSvg({ loss, stepLoss }, { stepsPerEpoch: 150 }));
  });

  test.each([
    [
      { loss: [] },
      {},
      'lossCurveSvg: expected at least one loss in history.loss, history.valLoss or history.stepLoss, got none.',
    ],
    [
      { loss: [1, Number.NaN] },
      {},
      'lossCurveSvg: expected history.loss to hold finite numbers, got NaN at index 1.',
    ],
    [
      { loss: 3 as unknown as number[] },
      {},
      'lossCurveSvg: expected history.loss to be an array of numbers, got 3.',
    ],
    [
      { loss: [1] },
      { smoothing: 0 },
      'lossCurveSvg: expected smoothing to be a finite number > 0, got smoothing: 0.',
    ],
  ])('rejects bad input: %#', (history, options, message) => {
    expect(() => lossCurveSvg(history, options)).toThrow(message);
  });
});

describe('smooth', () => {
  test('keeps a straight line but for its ends, and the mean of noise', () => {
    const straight = smooth(
      Array.from({ length: 50 }, (_, i) => i),
      9,
    );
    expect([...straight.subarray(4, 46)]).toEqual(Array.from({ length: 42 }, (_, i) => i + 4));
    expect(smooth([0, 2, 0, 2, 0, 2, 0, 2, 0], 9)[4]).toBeCloseTo(8 / 9);
  });

  test('a width of 1 changes nothing', () => {
    expect([...smooth([3, 1, 2], 1)]).toEqual([3, 1, 2]);
  });
});

describe('spread', () => {
  test('keeps labels apart, in order, and between the ends', () => {
    const places = spread([50, 52, 51, 5], 10, 0, 100);
    const sorted = [3, 0, 2, 1].map((i) => places[i] as number);
    sorted.reduce((last, place) => {
      expect(place - last).toBeGreaterThanOrEqual(10 - 1e-9);
      return place;
    });
    expect(spread([99, 99], 10, 0, 100)).toEqual([85, 95]);
    expect(spread([20, 60], 10, 0, 100)).toEqual([20, 60]);
  });
});
