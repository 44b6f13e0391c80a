import { describe, expect, test } from 'vitest';
import { confusionMatrixSvg } from '../../src/charts/confusionMatrixSvg.ts';
import {
  type DistanceHistogramOptions,
  distanceHistogramSvg,
  type HistogramCounts,
} from '../../src/charts/distanceHistogramSvg.ts';
import { type RocPoints, rocCurveSvg } from '../../src/charts/rocCurveSvg.ts';
import { expectWellFormed } from './expectWellFormed.ts';

describe('distanceHistogramSvg', () => {
  const counts: HistogramCounts = { edges: [0, 1, 2, 3], same: [6, 3, 1], different: [0, 10, 90] };

  test('shows shares of each kind, and what the threshold makes of them', () => {
    const svg = distanceHistogramSvg(counts, { threshold: 1.5 });
    expectWellFormed(svg);
    expect(svg).toContain('>threshold 1.500<');
    expect(svg).toContain('>75.0 % below the threshold<'); // 6 and half of 3, of 10
    expect(svg).toContain('>5.0 % below the threshold<');
  });

  test('needs no threshold', () => {
    const svg = distanceHistogramSvg(counts);
    expectWellFormed(svg);
    expect(svg).not.toContain('threshold');
  });

  test.each<[HistogramCounts, DistanceHistogramOptions, string]>([
    [
      { ...counts, same: [1, 2] },
      {},
      'expected one count of same and one of different pairs for each bin between two edges, got 4 edges, 2 counts of same and 3 of different pairs.',
    ],
    [{ ...counts, edges: [0, 2, 1, 3] }, {}, 'expected edges in ascending order, got 2 before 1.'],
    [
      { ...counts, same: [0, 0, 0] },
      {},
      'expected counts of same pairs that are >= 0, and at least one same pair, got none.',
    ],
    [
      counts,
      { threshold: Number.NaN },
      'expected threshold to be a finite number, got threshold: NaN.',
    ],
  ])('rejects bad input: %#', (input, options, message) => {
    expect(() => distanceHistogramSvg(input, options)).toThrow(`distanceHistogramSvg: ${message}`);
  });
});

describe('rocCurveSvg', () => {
  const curve: RocPoints = {
    tar: [0, 0.8, 0.95, 1],
    far: [0, 0.01, 0.1, 1],
    auc: 0.9612,
    eer: 0.07,
  };

  test('shows one curve, or several by name, over chance', () => {
    const one = rocCurveSvg(curve);
    expectWellFormed(one);
    expect(one).toContain('>AUC 0.9612, EER 7.0 %<');
    const two = rocCurveSvg([
      { ...curve, name: 'default' },
      { tar: [0, 1], far: [0, 1], name: 'test' },
    ]);
    expectWellFormed(two);
    for (const name of ['>default<', '>test<', '>chance<']) expect(two).toContain(name);
  });

  test('has a logarithmic axis down to the first false accept', () => {
    const svg = rocCurveSvg(curve, { xScale: 'log' });
    expectWellFormed(svg);
    expect(svg).toContain('>0.01<');
  });

  test.each([
    [
      [],
      'expected a curve, { tar, far }, or an array of curves, got []. Pass what rocCurve(await pairDistances(embeddings, labels)) returns.',
    ],
    [
      { tar: [0], far: [0, 1] },
      'expected a curve of at least one point, with as many tar as far, got 1 tar and 2 far.',
    ],
    [{ tar: [0, 2], far: [0, 1] }, 'expected tar to be a number from 0 to 1, got tar: 2.'],
  ])('rejects bad input: %#', (input, message) => {
    expect(() => rocCurveSvg(input)).toThrow(`rocCurveSvg: ${message}`);
  });
});

describe('confusionMatrixSvg', () => {
  test('shows every count, and the share of each row that is right', () => {
    const svg = confusionMatrixSvg(
      [
        [90, 10],
        [0, 40],
      ],
      { names: ['cat', 'dog & <wolf>'] },
    );
    expectWellFormed(svg);
    for (const text of ['>90<', '>10<', '>40<', '>90.0 %<', '>100.0 %<', '>cat<']) {
      expect(svg).toContain(text);
    }
    expect(svg).toContain('130 of 140 examples of 2 classes are right, 92.86 %.');
  });

  test('takes one class, an empty row, and sixty classes', () => {
    expectWellFormed(confusionMatrixSvg([[3]]));
    expect(
      confusionMatrixSvg([
        [0, 0],
        [1, 1],
      ]),
    ).toContain('>–<');
    const large = Array.from({ length: 60 }, (_, r) =>
      Int32Array.from({ length: 60 }, (_, c) => +(r === c)),
    );
    expectWellFormed(confusionMatrixSvg(large));
  });

  test.each([
    [
      [],
      {},
      'expected counts to be a square matrix, an array of rows of shape [classes, classes], got []. Pass counts of what confusionMatrix(labels, predicted) returns.',
    ],
    [
      [[1, 2], [3]],
      {},
      'expected counts to be a square matrix, an array of rows of shape [classes, classes], got 2 rows, of which row 1 has the length 1. Pass counts of what confusionMatrix(labels, predicted) returns.',
    ],
    [[[1.5]], {}, 'expected counts to be whole numbers >= 0, got 1.5 in row 0, column 0.'],
    [
      [[1]],
      { names: ['a', 'b'] },
      'expected names to hold one name for each of the 1 classes, got 2 names.',
    ],
  ])('rejects bad input: %#', (counts, options, message) => {
    expect(() => confusionMatrixSvg(counts, options)).toThrow(`confusionMatrixSvg: ${message}`);
  });
});
