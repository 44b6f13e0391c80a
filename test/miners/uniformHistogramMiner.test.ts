import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { uniformHistogramMiner } from '../../src/miners/uniformHistogramMiner.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { distanceOf } from '../support/referenceDistances.ts';
import {
  drawsPerBin,
  type HistogramSide,
  type MinerCase,
  referenceOf,
} from '../support/referenceMiners.ts';

const cases = reference<MinerCase>('miners').filter((c) => c.expected.form === 'histogram');

describe('uniformHistogramMiner', () => {
  test.each(cases)('draws equally often from each of the reference’s bins: $id', (c) => {
    const {
      num_bins: numBins = 0,
      pos_per_bin: posPerBin = 0,
      neg_per_bin: negPerBin = 0,
    } = c.params as Record<string, number>;
    const distance = distanceOf(c.distance as NonNullable<MinerCase['distance']>);
    const x = tensor2d(c.embeddings ?? []);
    const set = referenceOf(c);
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const miner = uniformHistogramMiner({ numBins, posPerBin, negPerBin, seed, distance });
      const pairs = expectNoLeak(() => miner.mine(x, c.labels ?? [], set));
      const sides = [
        [c.expected.pos, posPerBin, pairs.positiveAnchor, pairs.positive],
        [c.expected.neg, negPerBin, pairs.negativeAnchor, pairs.negative],
      ] as const;
      for (const [side, perBin, anchor, other] of sides) {
        const { pairs_per_bin: bins, num_sampled: total } = side as HistogramSide;
        expect(anchor.length).toBe(total);
        expect(drawsPerBin(bins, anchor, other)).toEqual(
          bins.map((bin) => (bin.length ? perBin : 0)),
        );
        anchor.forEach((a, i) => {
          seen.add(`${side === c.expected.pos} ${a} ${other[i]}`);
        });
      }
    }
    const members = [c.expected.pos, c.expected.neg].flatMap(
      (side) => side?.pairs_per_bin.flat() ?? [],
    );
    expect(seen.size).toBe(members.length); // in time, each pair comes up
    dispose([x, ...(set ? [set.embeddings] : [])]);
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
