import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hdcMiner } from '../../src/miners/hdcMiner.ts';
import { largest } from '../../src/miners/internal/largest.ts';
import { tripletMarginMiner } from '../../src/miners/tripletMarginMiner.ts';

describe('hdcMiner', () => {
  test('keeps the farthest positives and the nearest negatives', () => {
    const x = tensor2d([
      [1, 0],
      [0.9, 0.1],
      [0, 1],
      [0.8, 0.6],
      [-1, 0],
    ]);
    const kept = hdcMiner().mine(x, [0, 0, 0, 1, 1]);
    // Of the positive pairs 0-1 is nearest; 0-2 and 3-4 are the two farthest.
    expect([...kept.positiveAnchor]).toEqual([0, 2, 3, 4]);
    expect([...kept.positive]).toEqual([2, 0, 4, 3]);
    // Of the negative pairs those with 3 are nearest.
    expect([...kept.negativeAnchor]).toEqual([0, 1, 2, 3, 3, 3]);
    expect([...kept.negative]).toEqual([3, 3, 3, 0, 1, 2]);
    x.dispose();
  });

  test('thins out what another miner chose', () => {
    const x = tensor2d([
      [1, 0],
      [0.9, 0.1],
      [0, 1],
      [0.8, 0.6],
      [-1, 0],
    ]);
    const labels = [0, 0, 0, 1, 1];
    const triplets = tripletMarginMiner({ margin: 3 }).mine(x, labels);
    const all = hdcMiner({ filterFraction: 1 }).filter(x, labels, triplets);
    expect([...all.positiveAnchor]).toEqual([...triplets.anchor]);
    expect([...all.negative]).toEqual([...triplets.negative]);
    const half = hdcMiner().filter(x, labels, triplets);
    expect(half.positive.length).toBe(triplets.anchor.length / 2);
    x.dispose();
  });

  test('refuses tuples that are out of range', () => {
    const x = tensor2d([[1], [2]]);
    const tuples = {
      anchor: Int32Array.of(0),
      positive: Int32Array.of(2),
      negative: Int32Array.of(1),
    };
    expect(() => hdcMiner().filter(x, [0, 1], tuples)).toThrow(
      'hdcMiner: expected tuples.positive to be indices from 0 to 1, got 2 at position 0.',
    );
    x.dispose();
  });

  test.each([-0.1, 1.5, Number.NaN])('rejects filterFraction: %f', (filterFraction) => {
    expect(() => hdcMiner({ filterFraction })).toThrow(
      `hdcMiner: expected filterFraction to be a number from 0 to 1, got filterFraction: ${filterFraction}.`,
    );
  });
});

describe('largest', () => {
  test('finds what sorting finds', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ noNaN: true })));
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const values = Float32Array.from(list);
        const count = Math.round(share * values.length);
        const found = largest(values, count);
        expect([...found]).toEqual([...new Set(found)].sort((a, b) => a - b));
        expect([...found].map((i) => values[i] as number).sort((a, b) => b - a)).toEqual(
          [...values].sort((a, b) => b - a).slice(0, count),
        );
      }),
    );
  });
});
