import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusteringScores } from '../../src/evaluation/clusteringScores.ts';

describe('clusteringScores', () => {
  test('does not depend on the names of the parts, nor on the order of the items', () => {
    const item = fc.record({ label: fc.nat({ max: 3 }), cluster: fc.nat({ max: 3 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 30 }), (items) => {
        const labels = items.map(({ label }) => label);
        const clusters = items.map(({ cluster }) => cluster);
        const found = clusteringScores(labels, clusters);
        const renamed = clusteringScores(
          labels.map((label) => -7 * label).reverse(),
          clusters.map((cluster) => 100 - cluster).reverse(),
        );
        const near = Object.entries(found).map(([name, score]) => [name, expect.closeTo(score, 9)]);
        expect(renamed).toEqual(Object.fromEntries(near));
      }),
    );
  });

  test('is 1 for equal partitions, and finite for any', () => {
    const ids = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ids, fc.infiniteStream(fc.nat({ max: 4 })), (labels, others) => {
        const { nmi, ami, adjustedRand, purity } = clusteringScores(labels, labels);
        for (const score of [nmi, ami, adjustedRand, purity]) expect(score).toBeCloseTo(1, 9);
        const clusters = labels.map(() => others.next().value as number);
        expect(Object.values(clusteringScores(labels, clusters)).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test.each([
    [[], [], 'clusteringScores: expected at least one item, got none.'],
    [[1, 2], [1], 'clusteringScores: expected one label per label (2), got labels of length 1.'],
  ])('rejects %o with %o', (labels, clusters, message) => {
    expect(() => clusteringScores(labels, clusters)).toThrow(message);
  });
});
