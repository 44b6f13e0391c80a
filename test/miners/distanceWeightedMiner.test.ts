import { dispose, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { lpDistance } from '../../src/distances/lpDistance.ts';
import { distanceWeightedMiner, negativeWeights } from '../../src/miners/distanceWeightedMiner.ts';
import { readTable } from '../../src/miners/readTable.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { type MinerCase, referenceOf } from '../support/referenceMiners.ts';

const cases = reference<MinerCase>('miners').filter((c) => c.expected.form === 'negative_weights');

/** The share of an anchor's draws that fell on each candidate, over many seeds. */
function drawnShares(c: MinerCase, seeds: number): { counts: Set<number>; shares: number[][] } {
  const embeddings = tensor2d(c.embeddings ?? []);
  const set = referenceOf(c);
  const candidates = (c.ref_emb ?? c.embeddings ?? []).length;
  const drawn = (c.embeddings ?? []).map(() => new Array<number>(candidates).fill(0));
  const counts = new Set<number>();
  const candidateLabels = c.ref_labels ?? c.labels ?? [];
  const { cutoff = 0, nonzero_loss_cutoff: nonzeroLossCutoff = 0 } = c.params as Record<
    string,
    number
  >;
  for (let seed = 0; seed < seeds; seed++) {
    const miner = distanceWeightedMiner({ cutoff, nonzeroLossCutoff, seed });
    const { anchor, positive, negative } = miner.mine(embeddings, c.labels ?? [], set);
    counts.add(anchor.length);
    anchor.forEach((a, i) => {
      expect(candidateLabels[positive[i] as number]).toBe(c.labels?.[a]);
      if (c.ref_emb === undefined) expect(positive[i]).not.toBe(a);
      const row = drawn[a] as number[];
      row[negative[i] as number] = (row[negative[i] as number] as number) + 1;
    });
  }
  dispose([embeddings, ...(set ? [set.embeddings] : [])]);
  const shares = drawn.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
  return { counts, shares };
}

describe('distanceWeightedMiner', () => {
  test.each(cases)('weighs negatives as the reference does: $id', (c) => {
    const embeddings = tensor2d(c.embeddings ?? []);
    const set = referenceOf(c);
    const table = readTable('test', lpDistance(), embeddings, c.labels ?? [], set);
    const { cutoff = 0, nonzero_loss_cutoff: far = 0 } = c.params as Record<string, number>;
    const weightsOf = negativeWeights(table, embeddings.shape[1], cutoff, far);
    c.expected.weights?.forEach((weights, anchor) => {
      expectClose(weightsOf(anchor), weights, { relative: 1e-5 });
    });
    dispose([embeddings, ...(set ? [set.embeddings] : [])]);
  });

  test.each(cases)('draws by these weights, as many triplets as the reference: $id', (c) => {
    const { counts, shares } = expectNoLeak(() => drawnShares(c, 800));
    expect([...counts]).toEqual([c.expected.num_triplets]);
    shares.forEach((row, anchor) => {
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
      self: false,
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
