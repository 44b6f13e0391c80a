import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { distanceWeightedMiner, negativeWeights } from '../../src/miners/distanceWeightedMiner.ts';
import { expectClose } from '../support/expectClose.ts';
import { reference } from '../support/reference.ts';
import { type MinerCase, withBatch } from '../support/referenceMiners.ts';

const cases = reference<MinerCase>('miners').filter((c) => c.expected.form === 'negative_weights');

/** The share of each anchor's draws that fell on each candidate, over many seeds. */
function drawnShares(c: MinerCase, seeds: number): number[][] {
  const { cutoff = 0, nonzero_loss_cutoff = 0 } = c.params as Record<string, number>;
  const candidateLabels = c.ref_labels ?? c.labels ?? [];
  const drawn = (c.labels ?? []).map(() => candidateLabels.map(() => 0));
  withBatch(c, (embeddings, labels, set) => {
    for (let seed = 0; seed < seeds; seed++) {
      const miner = distanceWeightedMiner({ cutoff, nonzeroLossCutoff: nonzero_loss_cutoff, seed });
      const { anchor, positive, negative } = miner.mine(embeddings, labels, { reference: set });
      anchor.forEach((a, i) => {
        expect(candidateLabels[positive[i] as number]).toBe(labels[a]);
        if (set === undefined) expect(positive[i]).not.toBe(a);
        const row = drawn[a] as number[];
        row[negative[i] as number] = (row[negative[i] as number] as number) + 1;
      });
    }
  });
  return drawn.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
}

describe('distanceWeightedMiner', () => {
  test.each(cases)('draws negatives by the weights of the reference: $id', (c) => {
    drawnShares(c, 800).forEach((row, anchor) => {
      if (row.every((share) => share === 0)) return;
      const expected = c.expected.weights?.[anchor] as number[];
      row.forEach((share, other) => {
        expect(Math.abs(share - (expected[other] as number))).toBeLessThan(0.07);
        if (expected[other] === 0) expect(share).toBe(0);
      });
    });
  });

  const batch = (): ReturnType<typeof tensor2d> =>
    tensor2d(
      Array.from({ length: 12 }, (_, i) => [Math.cos(i), Math.sin(i), Math.cos(3 * i), 0.3]),
    );
  const labels = Array.from({ length: 12 }, (_, i) => i % 3);

  test('draws the same from the same batch and seed, and anew from another of either', () => {
    const x = batch();
    const y = tensor2d(
      Array.from(x.dataSync(), (value) => value * 1.5 + 0.01),
      [12, 4],
    );
    const draw = (seed: number, embeddings = x): object =>
      distanceWeightedMiner({ seed }).mine(embeddings, labels);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1)).not.toEqual(draw(1, y));
    dispose([x, y]);
  });

  test('gives nothing where no negative is near enough', () => {
    const x = tensor2d([
      [1, 0],
      [1, 0],
      [-1, 0.1],
      [-1, 0.1],
    ]);
    const labels = [0, 0, 1, 1];
    expect(distanceWeightedMiner().mine(x, labels).anchor).toHaveLength(0);
    expect(distanceWeightedMiner({ nonzeroLossCutoff: 2 }).mine(x, labels).anchor).toHaveLength(8);
    x.dispose();
  });

  test('weighs what float32 would take for zero', () => {
    // In 512 dimensions the weights of distances 0.5 and 1.3 differ by a factor of 10^113.
    const table = {
      values: Float32Array.of(0, 0.3, 0.5, 1.3),
      labels: Int32Array.of(0),
      candidateLabels: Int32Array.of(0, 1, 0, 1),
      copies: Int32Array.of(-1),
    };
    expectClose(negativeWeights(table, 512, 0.5, 1.4)(0), [0, 1, 0, 0]);
    const farOnly = { ...table, candidateLabels: Int32Array.of(0, 0, 0, 1) };
    expectClose(negativeWeights(farOnly, 512, 0.5, 1.4)(0), [0, 0, 0, 1]);
  });

  test.each([
    [
      { cutoff: 0 },
      'distanceWeightedMiner: expected cutoff to be a finite number > 0, got cutoff: 0.',
    ],
    [
      { nonzeroLossCutoff: Number.NaN },
      'distanceWeightedMiner: expected nonzeroLossCutoff to be a finite number > 0, got nonzeroLossCutoff: NaN.',
    ],
    [{ seed: -1 }, 'distanceWeightedMiner: expected seed to be a whole number >= 0, got seed: -1.'],
  ])('rejects %o', (options, message) => {
    expect(() => distanceWeightedMiner(options)).toThrow(message);
  });
});
