import { describe, expect, test } from 'vitest';
import {
  cosineSimilarity,
  createRandom,
  type Distance,
  dotProductSimilarity,
  type EmbeddingRows,
  lpDistance,
  reRankedDistances,
  retrievalMetrics,
} from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

/** Rows around the centers of their classes, so that some neighbors are k-reciprocal and some are not. */
function rowsOf(count: number, seed: number, classes = 4, noise = 1.2): EmbeddingRows {
  const random = createRandom(seed);
  const data = Float32Array.from(
    { length: 5 * count },
    (_, i) => Math.cos(2 * (Math.floor(i / 5) % classes) + (i % 5)) + noise * (random.next() - 0.5),
  );
  return { data, shape: [count, 5] };
}

const rows = ({ data, shape: [count, dims] }: EmbeddingRows): number[][] =>
  Array.from({ length: count }, (_, i) => [...data.subarray(i * dims, (i + 1) * dims)]);

const unit = (x: number[]): number[] => x.map((v) => v / Math.hypot(...x));
const dot = (x: number[], y: number[]): number => x.reduce((sum, v, k) => sum + v * y[k]!, 0);
const euclidean = (x: number[], y: number[]): number => Math.hypot(...x.map((v, k) => v - y[k]!));

/** What is measured, in float64. */
const kinds: readonly (readonly [string, Distance, (x: number[], y: number[]) => number])[] = [
  ['unit vectors', lpDistance(), (x, y) => euclidean(unit(x), unit(y))],
  [
    'squares, as in the authors` program',
    lpDistance({ power: 2, normalize: false }),
    (x, y) => euclidean(x, y) ** 2,
  ],
  ['cosines', cosineSimilarity(), (x, y) => 1 - dot(unit(x), unit(y))],
  [
    'Manhattan, which is measured by its own matrix',
    lpDistance({ p: 1, normalize: false }),
    (x, y) => x.reduce((sum, v, k) => sum + Math.abs(v - y[k]!), 0),
  ],
];

/** Zhong et al., sections 3.2 to 3.4, with whole matrices in float64 and nothing of the library. */
function byThePaper(
  query: number[][],
  reference: number[][] | undefined,
  measure: (x: number[], y: number[]) => number,
  { k1, k2, lambda }: { k1: number; k2: number; lambda: number },
): number[][] {
  const all = [...query, ...(reference ?? [])];
  const d = all.map((x) => all.map((y) => measure(x, y)));
  all.forEach((_, i) => {
    d[i]![i] = 0;
  });
  const scaled = d.map((row) => row.map((value) => value / Math.max(...row)));
  const order = d.map((row, i) =>
    row
      .map((value, j) => [j === i ? -1 : value, j] as const)
      .sort(([a, i1], [b, j1]) => a - b || i1 - j1)
      .map(([, j]) => j),
  );
  /** R(i, k): the row itself counts beside its k nearest. */
  const mutual = (i: number, k: number): number[] =>
    order[i]!.slice(0, k + 1).filter((j) => order[j]!.slice(0, k + 1).includes(i));
  const V = all.map((_, i) => {
    const own = mutual(i, k1);
    const wider = new Set(own);
    for (const candidate of own) {
      const theirs = mutual(candidate, Math.round(k1 / 2));
      const common = theirs.filter((j) => own.includes(j)).length;
      if (3 * common > 2 * theirs.length) for (const j of theirs) wider.add(j);
    }
    const weights = all.map((__, j) => (wider.has(j) ? Math.exp(-scaled[i]![j]!) : 0));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  });
  const mean = all.map((_, i) => {
    const members = order[i]!.slice(0, k2);
    return all.map((__, j) => members.reduce((sum, m) => sum + V[m]![j]!, 0) / members.length);
  });
  const first = reference === undefined ? 0 : query.length;
  return query.map((_, q) =>
    all.slice(first).map((__, r) => {
      const other = first + r;
      const least = mean[q]!.reduce((sum, v, j) => sum + Math.min(v, mean[other]![j]!), 0);
      const most = mean[q]!.reduce((sum, v, j) => sum + Math.max(v, mean[other]![j]!), 0);
      return (1 - lambda) * (1 - least / most) + lambda * scaled[q]![other]!;
    }),
  );
}

const settings = [
  { k1: 20, k2: 6, lambda: 0.3 },
  { k1: 5, k2: 1, lambda: 0 },
  { k1: 3, k2: 8, lambda: 0.5 },
  { k1: 100, k2: 100, lambda: 1 },
];

describe('reRankedDistances', () => {
  test.each(kinds)('are those of the paper: %s', async (_, distance, measure) => {
    for (const options of settings) {
      const [query, gallery] = [rowsOf(12, 1), rowsOf(30, 2)];
      const apart = await reRankedDistances(query, gallery, { ...options, distance });
      expect(apart.shape).toEqual([12, 30]);
      const expected = byThePaper(rows(query), rows(gallery), measure, options).flat();
      expect([...apart.distances]).toEqual(expected.map((value) => expect.closeTo(value, 5)));

      const within = await reRankedDistances(gallery, gallery, { ...options, distance });
      const among = byThePaper(rows(gallery), undefined, measure, options).flat();
      expect([...within.distances]).toEqual(among.map((value) => expect.closeTo(value, 3)));
    }
  });

  test('take duplicates and sets of two or one for what they are', async () => {
    const twice = { data: Float32Array.of(1, 0, 1, 0, 0, 1), shape: [3, 2] as const };
    const { distances } = await reRankedDistances(twice, twice);
    expect(distances.every(Number.isFinite)).toBe(true);
    expect(distances[1]).toBeCloseTo(0, 3);
    const one = { data: Float32Array.of(1, 0), shape: [1, 2] as const };
    expect((await reRankedDistances(one, one)).distances).toEqual(Float32Array.of(0));
  });

  test('refuse what they are not defined for, and leave nothing behind', async () => {
    const x = rowsOf(6, 1);
    await expect(
      reRankedDistances(x, x, { distance: dotProductSimilarity({ normalize: false }) }),
    ).rejects.toThrow(
      'reRankedDistances: expected distance to be a distance, or cosineSimilarity(), got distance: dotProductSimilarity().',
    );
    const narrow = { data: new Float32Array(6), shape: [3, 2] as const };
    await expect(reRankedDistances(x, narrow)).rejects.toThrow('same number of dims');
    await expect(reRankedDistances(x, x, { k1: 0 })).rejects.toThrow('k1');
    await expectNoLeak(() => reRankedDistances(x, x));
    await expectNoLeak(() =>
      retrievalMetrics(x, [0, 0, 1, 1, 2, 2], { rerank: {} }).then(() => undefined),
    );
  });
});

describe('retrievalMetrics with rerank', () => {
  const labels = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 4);

  test('ranks by the re-ranked distances', async () => {
    const [query, gallery] = [rowsOf(16, 3, 4, 3), rowsOf(40, 4, 4, 3)];
    const reference = { embeddings: gallery, labels: labels(40) };
    const rerank = { k1: 8, k2: 3 };
    const found = await retrievalMetrics(query, labels(16), { reference, rerank });
    const { distances } = await reRankedDistances(query, gallery, rerank);
    const first = labels(16).filter((label, q) => {
      const row = [...distances.subarray(40 * q, 40 * q + 40)];
      return row.indexOf(Math.min(...row)) % 4 === label;
    });
    expect(found.precisionAt1).toBe(first.length / 16);
  });

  test('finds more of large classes that touch, as the paper found', async () => {
    const x = rowsOf(200, 6, 4, 2);
    const plain = await retrievalMetrics(x, labels(200));
    const { map } = await retrievalMetrics(x, labels(200), { rerank: {} });
    expect(map).toBeGreaterThan(plain.map + 0.02);
  });

  test('leaves out the query itself, and what is ignored', async () => {
    const x = rowsOf(24, 5);
    const all = await retrievalMetrics(x, labels(24), { rerank: {} });
    expect(all.precisionAtK[10]).toBeLessThan(1); // 5 of a class can be found
    const reference = { embeddings: x, labels: labels(24) };
    const withSelf = await retrievalMetrics(x, labels(24), { reference, rerank: {} });
    expect(withSelf.precisionAt1).toBe(1);
    const without = await retrievalMetrics(x, labels(24), {
      reference,
      rerank: {},
      ignore: (q, r) => q === r,
    });
    expect(without.map).toBeCloseTo(all.map, 12);
    await expect(retrievalMetrics(x, labels(24), { rerank: { k3: 1 } as never })).rejects.toThrow(
      'retrievalMetrics (rerank)',
    );
  });
});
