import { dispose, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEmbeddings } from '../../src/ops/checkEmbeddings.ts';
import { logAddExp } from '../../src/ops/logAddExp.ts';
import { maskedLogSumExp } from '../../src/ops/maskedLogSumExp.ts';
import { normalize } from '../../src/ops/normalize.ts';
import { softHistogram } from '../../src/ops/softHistogram.ts';
import { squaredDistances } from '../../src/ops/squaredDistances.ts';
import { expectClose } from '../support/expectClose.ts';

/** What `run` gives of a matrix, as numbers. */
function numbers(rows: number[][], run: (x: Tensor2D) => Tensor): number[] {
  const x = tensor2d(rows);
  const got = run(x);
  const values = [...got.dataSync()];
  dispose([x, got]);
  return values;
}

describe('normalize', () => {
  test.each([1, 1e-6, 1e6, 1e-18, 1e18])('gives unit rows at scale %d', (scale) => {
    const minNorm = 1e-30;
    expectClose(
      numbers([[3 * scale, -4 * scale]], (x) => normalize(x, 2, minNorm)),
      [0.6, -0.8],
    );
    expectClose(
      numbers([[3 * scale, -1 * scale]], (x) => normalize(x, 1, minNorm)),
      [0.75, -0.25],
    );
  });

  test('leaves rows shorter than minNorm in proportion', () => {
    expectClose(
      numbers(
        [
          [0, 0],
          [0.03, 0.04],
        ],
        (x) => normalize(x, 2, 0.1),
      ),
      [0, 0, 0.3, 0.4],
    );
  });
});

describe('maskedLogSumExp', () => {
  const of = (
    row: number[],
    counts: number[],
    options?: Parameters<typeof maskedLogSumExp>[2],
  ): number => {
    const times = tensor2d([counts]);
    const [value = Number.NaN] = numbers([row], (x) => maskedLogSumExp(x, times, options));
    times.dispose();
    return value;
  };

  test('neither overflows nor underflows', () => {
    expect(of([1e4, 1e4], [1, 1])).toBeCloseTo(1e4 + Math.log(2), 2);
    expect(of([-1e4, -1e4], [1, 1])).toBeCloseTo(-1e4 + Math.log(2), 2);
    expect(of([-1e4], [1], { addOne: true })).toBe(0);
    expect(of([1e4], [1], { addOne: true })).toBe(1e4);
  });

  test('counts what is repeated, and leaves out what does not count however large', () => {
    expect(of([2, 1e30], [3, 0])).toBeCloseTo(2 + Math.log(3), 5);
  });

  test('has the value it is told to have where nothing counts', () => {
    expect(of([5], [0])).toBe(0);
    expect(of([5], [0], { empty: -7 })).toBe(-7);
    expect(of([5], [0], { addOne: true, empty: -7 })).toBe(0);
  });
});

test('logAddExp holds however far apart the two are', () => {
  const values = [0, -1e30, 1e4, 3];
  const other = tensor2d([[0, 5, -1e4, -1e30]]);
  expectClose(
    numbers([values], (x) => logAddExp(x, other)),
    [Math.log(2), 5, 1e4, 3],
  );
  other.dispose();
});

describe('squaredDistances', () => {
  test('is 0 between equal rows, and holds its digits between near ones far from the origin', () => {
    const rows = [
      [100, 200, -300],
      [100, 200, -300],
      [100.125, 200, -300],
      [-5, 0, 1],
    ];
    const exact = rows.flatMap((a) =>
      rows.map((b) => a.reduce((sum, v, k) => sum + (v - (b[k] as number)) ** 2, 0)),
    );
    const got = numbers(rows, (x) => squaredDistances(x, x));
    expect([got[0], got[1], got[2]]).toEqual([0, 0, 0.015625]);
    got.forEach((value, i) => {
      const wanted = exact[i] as number;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 * wanted);
    });
  });
});

describe('softHistogram', () => {
  const bins = { low: 0, width: 0.5, bins: 4 };

  test('shares a value among the nodes at both its sides', () => {
    const counts = tensor2d([[1, 2, 0, 1]]);
    const got = numbers([[0.25, 1, 0.7, 1.9]], (x) => softHistogram('test', x, counts, bins));
    expectClose(got, [0.5, 0.5, 2, 0.2, 0.8]);
    counts.dispose();
  });

  test('loses nothing, whatever the values', () => {
    const value = fc.integer({ min: -10, max: 30 }).map((v) => v / 10);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), (row) => {
        const counts = tensor2d([row.map(() => 1)]);
        const got = numbers([row], (x) => softHistogram('test', x, counts, bins));
        counts.dispose();
        expect(got.reduce((a, b) => a + b, 0)).toBeCloseTo(row.length, 4);
        expect(Math.min(...got)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 50 },
    );
  });
});

test('checkEmbeddings names the first row that is not finite', () => {
  const x = tensor2d([
    [1, 2],
    [3, Number.POSITIVE_INFINITY],
    [Number.NaN, 1],
  ]);
  expect(() => checkEmbeddings('here', 'embeddings', x)).toThrow(
    'here: expected embeddings to be finite, got Infinity in row 1. ' +
      'Lower the learning rate, or look for such values in the examples.',
  );
  expect(() => checkEmbeddings('here', 'embeddings', [[1, 2]] as never)).toThrow(
    'here: expected embeddings to be a tensor of shape [batch, dims], got [[1,2]].',
  );
  x.dispose();
});
