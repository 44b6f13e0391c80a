import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { precisionAt1 } from '../../src/evaluation/recallAtK.ts';
import { retrievalMetrics } from '../../src/evaluation/retrievalMetrics.ts';
import type { RetrievalScores } from '../../src/evaluation/retrievalScores.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

const rows = (matrix: number[][]): { data: Float32Array; shape: readonly [number, number] } => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

const distance = measures.squaredEuclidean;

describe('retrievalMetrics', () => {
  test('gives the known numbers of six points, ties by index', async () => {
    const points = tensor2d([
      [1, 0],
      [0.8, 0.6],
      [0, 1],
      [-1, 0],
      [-0.6, 0.8],
      [0, -1],
    ]);
    const found = await expectNoLeak(() =>
      retrievalMetrics(points, [0, 0, 0, 1, 1, 2], { distance, ks: [2] }),
    );
    points.dispose();
    expect(found).toMatchObject({
      queries: 5,
      singletonQueries: 1,
      precisionAt1: 0.6,
      rPrecision: 0.7,
      mapAtR: 0.65,
      map: expect.closeTo(0.816667, 6),
      mrr: 0.8,
      recallAtK: { 2: 1 },
      classMean: {
        precisionAt1: expect.closeTo(0.583333, 6),
        rPrecision: expect.closeTo(0.666667, 6),
        mapAtR: 0.625,
        map: expect.closeTo(0.805556, 6),
        mrr: expect.closeTo(0.791667, 6),
      },
    });
    expect(found.classes.map(({ label, queries }) => [label, queries])).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  test('scores a perfect embedding 1 in everything', async () => {
    const points = rows([[0], [0.1], [5], [5.1], [5.2]]);
    const found = await retrievalMetrics(points, [0, 0, 1, 1, 1], { distance, ks: [1, 2] });
    const perfect = { precisionAt1: 1, rPrecision: 1, mapAtR: 1, map: 1, mrr: 1 };
    expect(found).toMatchObject({ ...perfect, ndcgAtK: { 1: 1, 2: 1 }, recallAtK: { 1: 1, 2: 1 } });
    expect(found.precisionAtK[2]).toBe((1 / 2 + 1 / 2 + 3) / 5); // a class of two has one to find
  });

  test('gives intervals that hold the mean, the same for the same seed', async () => {
    const points = rows(Array.from({ length: 60 }, (_, i) => [Math.sin(i * i), Math.cos(3 * i)]));
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    const confidence = { seed: 1, resamples: 200 };
    const found = await retrievalMetrics(points, labels, { distance, ks: [5], confidence });
    const again = await retrievalMetrics(points, labels, { distance, ks: [5], confidence });
    const [low, high] = found.intervals?.map ?? [0, 0];
    expect(low).toBeLessThan(found.map);
    expect(high).toBeGreaterThan(found.map);
    expect(high - low).toBeLessThan(0.2);
    expect(again).toEqual(found);
  });

  test.each([
    ['among themselves', 90, 20],
    ['among themselves, with half of the products', 700, 20],
    ['in a reference', 90, 10],
  ])('of the nearest few are those of whole rankings, cut: %s', async (name, count, depth) => {
    const random = createRandom(3);
    const rows = (length: number) => ({
      data: Float32Array.from({ length: 5 * length }, () => random.next()),
      shape: [length, 5] as const,
    });
    const ids = (length: number) => Int32Array.from({ length }, () => random.integer(6));
    const query = rows(count);
    const labels = ids(count);
    const apart = { reference: { embeddings: rows(120), labels: ids(120) } };
    const options = { depth, ...(name === 'in a reference' && apart) };
    const few = await retrievalMetrics(query, labels, options);
    // A function that ignores nothing asks for whole rankings.
    expect(await retrievalMetrics(query, labels, { ...options, ignore: () => false })).toEqual(few);
    expect(few.mapAtR).toBeGreaterThan(0);
  });

  test('rejects a set in which no query has anything to find', async () => {
    await expect(retrievalMetrics(rows([[0], [1]]), [0, 1])).rejects.toThrow(
      'retrievalMetrics: expected at least one query whose label another row of the reference has, got none of 2. ' +
        "Evaluate on classes with several examples, or count such queries as misses with singletonQueries: 'miss'.",
    );
  });

  test('leaves intervals out unless asked', async () => {
    expect(await retrievalMetrics(rows([[0], [1]]), [0, 0])).not.toHaveProperty('intervals');
  });

  test.each([
    [
      { ks: [] },
      'retrievalMetrics: expected ks to be an array of whole numbers >= 1, with at least one of them, got ks: [].',
    ],
    [{ depth: 0 }, 'retrievalMetrics: expected depth to be a whole number >= 1, got depth: 0.'],
    [
      { confidence: { seed: 1, level: 2 } },
      'retrievalMetrics: expected level to be a number from 0 to 1, got level: 2.',
    ],
  ])('rejects %o', async (options, message) => {
    await expect(retrievalMetrics(rows([[0], [1]]), [0, 0], options)).rejects.toThrow(message);
  });
});

const squared = (x: number[], y: number[]): number =>
  x.reduce((sum, v, k) => sum + (v - (y[k] as number)) ** 2, 0);
const negatedDot = (x: number[], y: number[]): number =>
  x.reduce((sum, v, k) => sum - v * (y[k] as number), 0);

/** The definitions, on a fully sorted list of all references. */
function naive(
  x: number[][],
  labels: number[],
  y: number[][],
  yLabels: number[],
  self: boolean,
  distance = squared,
) {
  const ks = [1, 3];
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const queries = x.flatMap((row, q) => {
    const ranking = y
      .map((other, r) => ({ r, d: distance(row, other) }))
      .filter(({ r }) => !(self && r === q))
      .sort((a, b) => a.d - b.d || a.r - b.r)
      .map(({ r }) => yLabels[r] === labels[q]);
    const total = ranking.filter(Boolean).length;
    if (total === 0) return [];
    const hits = (k: number): number => ranking.slice(0, k).filter(Boolean).length;
    const precisionSum = (k: number): number =>
      ranking.slice(0, k).reduce((sum, hit, i) => sum + (hit ? hits(i + 1) / (i + 1) : 0), 0);
    const gain = (list: boolean[]): number =>
      list.reduce((sum, hit, i) => sum + (hit ? 1 / Math.log2(i + 2) : 0), 0);
    const ideal = [...ranking].sort((a, b) => Number(b) - Number(a));
    const at = (value: (k: number) => number): Record<number, number> =>
      Object.fromEntries(ks.map((k) => [k, value(k)]));
    return [
      {
        precisionAt1: hits(1),
        rPrecision: hits(total) / total,
        mapAtR: precisionSum(total) / total,
        map: precisionSum(ranking.length) / total,
        mrr: 1 / (ranking.indexOf(true) + 1),
        recallAtK: at((k) => Math.min(hits(k), 1)),
        precisionAtK: at((k) => hits(k) / Math.min(k, ranking.length)),
        ndcgAtK: at((k) => gain(ranking.slice(0, k)) / gain(ideal.slice(0, k))),
      },
    ];
  });
  const of = (value: (scores: RetrievalScores) => number): unknown =>
    expect.closeTo(mean(queries.map(value)), 9);
  return queries.length === 0
    ? null
    : {
        precisionAt1: of((s) => s.precisionAt1),
        rPrecision: of((s) => s.rPrecision),
        mapAtR: of((s) => s.mapAtR),
        map: of((s) => s.map),
        mrr: of((s) => s.mrr),
        recallAtK: {
          1: of((s) => s.recallAtK[1] as number),
          3: of((s) => s.recallAtK[3] as number),
        },
        precisionAtK: {
          1: of((s) => s.precisionAtK[1] as number),
          3: of((s) => s.precisionAtK[3] as number),
        },
        ndcgAtK: { 1: of((s) => s.ndcgAtK[1] as number), 3: of((s) => s.ndcgAtK[3] as number) },
      };
}

describe('retrievalMetrics on small sets full of ties', () => {
  const value = fc.oneof(
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom(0.1, 0.30000001192092896, 1e-4), // exact in float32, but not in products of it
  );
  const point = fc.record({
    row: fc.tuple(value, value) as fc.Arbitrary<number[]>,
    label: fc.integer({ min: 0, max: 2 }),
  });
  const set = fc.array(point, { minLength: 2, maxLength: 16 });

  test('equals the definitions, among themselves', async () => {
    await fc.assert(
      fc.asyncProperty(set, async (points) => {
        const x = points.map(({ row }) => row.map(Math.fround));
        const labels = points.map(({ label }) => label);
        const expected = naive(x, labels, x, labels, true);
        if (expected === null) return;
        expect(await retrievalMetrics(rows(x), labels, { distance, ks: [1, 3] })).toMatchObject(
          expected,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('equals the definitions, in another reference', async () => {
    await fc.assert(
      fc.asyncProperty(set, set, async (points, others) => {
        const [x, y] = [points, others].map((p) => p.map(({ row }) => row.map(Math.fround)));
        const [a, b] = [points, others].map((p) => p.map(({ label }) => label));
        if (!x || !y || !a || !b) return;
        const expected = naive(x, a, y, b, false);
        if (expected === null) return;
        const options = { distance, ks: [1, 3], reference: { embeddings: rows(y), labels: b } };
        const found = await retrievalMetrics(rows(x), a, options);
        expect(found).toMatchObject(expected);
        expect(await precisionAt1(rows(x), a, options)).toBe(found.precisionAt1);
      }),
      { numRuns: 300 },
    );
  });

  test('does not depend on the order of the queries', async () => {
    await fc.assert(
      fc.asyncProperty(set, set, async (points, others) => {
        const options = {
          singletonQueries: 'miss',
          reference: {
            embeddings: rows(others.map(({ row }) => row)),
            labels: others.map(({ label }) => label),
          },
        } as const;
        const run = (p: typeof points): ReturnType<typeof retrievalMetrics> =>
          retrievalMetrics(
            rows(p.map(({ row }) => row)),
            p.map(({ label }) => label),
            options,
          );
        const [found, reversed] = [await run(points), await run([...points].reverse())];
        expect(reversed.map).toBeCloseTo(found.map, 12);
        expect(reversed.precisionAt1).toBeCloseTo(found.precisionAt1, 12);
      }),
    );
  });
});

describe('retrievalMetrics on long rankings', () => {
  // Whole numbers, so that ties are meant, and no product is rounded.
  const random = createRandom(2);
  const lattice = (count: number, sides: number): number[][] =>
    Array.from({ length: count }, () => Array.from({ length: 3 }, () => random.integer(sides) - 3));
  const x = lattice(12, 9);
  const y = lattice(1500, 9);
  const [xLabels, yLabels] = [x.map((_, i) => i % 3), y.map(() => random.integer(3))];
  const reference = { embeddings: rows(y), labels: yLabels };

  test.each([
    ['squaredEuclidean', squared],
    ['dot', negatedDot],
  ] as const)('equals the definitions: %s', async (distance, definition) => {
    const expected = naive(x, xLabels, y, yLabels, false, definition);
    const options = { ks: [1, 3], distance: measures[distance], reference };
    expect(await retrievalMetrics(rows(x), xLabels, options)).toMatchObject(expected ?? {});
  });
});
