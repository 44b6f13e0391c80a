import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClusteringScores, clusteringScores } from '../../src/evaluation/clusteringScores.ts';
import { reference } from '../support/reference.ts';

interface Case {
  id: string;
  kind: string;
  labels: number[];
  clusters: number[];
  query_labels: number[];
  cluster_labels?: number[];
  expected: Record<string, number>;
}

const cases = reference<Case>('accuracy');

/** Our names for scikit-learn's. */
const names: Record<string, keyof ClusteringScores> = {
  NMI: 'nmi',
  AMI: 'ami',
  MI: 'mutualInformation',
  ARI: 'adjustedRand',
  rand: 'rand',
  homogeneity: 'homogeneity',
  completeness: 'completeness',
  v_measure: 'vMeasure',
  fowlkes_mallows: 'fowlkesMallows',
  purity: 'purity',
  pair_precision: 'pairPrecision',
  pair_recall: 'pairRecall',
  pair_f1: 'pairF1',
};

describe('clusteringScores', () => {
  const clustering = cases.filter((c) => c.kind === 'clustering');

  test.each(clustering)('equals the reference on $id', ({ labels, clusters, expected }) => {
    const found = clusteringScores(labels, clusters);
    const wanted = Object.entries(names).map(([name, own]) => [
      own,
      expect.closeTo(expected[name] as number, 7),
    ]);
    expect(found).toEqual(Object.fromEntries(wanted));
  });

  test.each(clustering)('equals the other averages of $id', ({ labels, clusters, expected }) => {
    for (const average of ['min', 'max', 'geometric'] as const) {
      const { nmi, ami } = clusteringScores(labels, clusters, { average });
      expect(nmi).toBeCloseTo(expected[`NMI_${average}`] as number, 7);
      expect(ami).toBeCloseTo(expected[`AMI_${average}`] as number, 7);
    }
  });

  test.each(cases.filter((c) => c.cluster_labels))('equals the calculator on $id', (c) => {
    const { nmi, ami } = clusteringScores(c.query_labels, c.cluster_labels as number[]);
    expect(nmi).toBeCloseTo(c.expected['NMI'] as number, 7);
    expect(ami).toBeCloseTo(c.expected['AMI'] as number, 7);
  });

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
        for (const name of Object.values(names)) expect(renamed[name]).toBeCloseTo(found[name], 9);
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
