import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { uniformHistogramMiner } from '../../src/miners/uniformHistogramMiner.ts';
import { reference } from '../support/reference.ts';
import { type DistanceSpec, distanceOf } from '../support/referenceDistances.ts';
import { type MinerCase, withBatch } from '../support/referenceMiners.ts';

const cases = reference<MinerCase>('miners').filter((c) => c.expected.form === 'histogram');

describe('uniformHistogramMiner', () => {
  test.each(cases)('in time draws every pair of the reference’s bins: $id', (c) => {
    const { num_bins: numBins = 0 } = c.params as Record<string, number>;
    const distance = distanceOf(c.distance as DistanceSpec);
    const seen = new Set<string>();
    withBatch(c, (embeddings, labels, set) => {
      for (let seed = 0; seed < 200; seed++) {
        const pairs = uniformHistogramMiner({ numBins, seed, distance }).mine(embeddings, labels, {
          reference: set,
        });
        pairs.positiveAnchor.forEach((a, i) => {
          seen.add(`${a}+${pairs.positive[i]}`);
        });
        pairs.negativeAnchor.forEach((a, i) => {
          seen.add(`${a}-${pairs.negative[i]}`);
        });
      }
    });
    const members = [c.expected.pos, c.expected.neg].flatMap(
      (side) => side?.pairs_per_bin.flat() ?? [],
    );
    expect(seen.size).toBe(members.length);
  });

  test('takes pairs that are all equally far for one bin', () => {
    const x = tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    const { positive, negative } = uniformHistogramMiner().mine(x, [0, 0, 1, 1]);
    expect([positive.length, negative.length]).toEqual([10, 10]);
    x.dispose();
  });

  test.each(['numBins', 'posPerBin', 'negPerBin'])('rejects %s: 0', (name) => {
    expect(() => uniformHistogramMiner({ [name]: 0 })).toThrow(
      `uniformHistogramMiner: expected ${name} to be a whole number >= 1, got ${name}: 0.`,
    );
  });
});
