import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/random/createRandom.ts';
import { nearestNeighbors } from '../../../src/search/exact/nearestNeighbors.ts';
import { expectNoLeak } from '../../support/expectNoLeak.ts';
import { definitions, type MeasureName, measureNames, measures } from '../../support/measures.ts';

const rows = (matrix: number[][]): { data: Float32Array; shape: readonly [number, number] } => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

/** Sorts all references by distance, then index. */
function naive(
  query: number[][],
  references: number[][],
  k: number,
  distance: MeasureName,
  excludeSelf: boolean,
): { indices: number[]; distances: number[] }[] {
  return query.map((x, q) => {
    const all = references
      .map((y, index) => ({ index, d: definitions[distance](x, y) }))
      .filter(({ index }) => !(excludeSelf && index === q))
      .sort((a, b) => a.d - b.d || a.index - b.index)
      .slice(0, k);
    return { indices: all.map(({ index }) => index), distances: all.map(({ d }) => d) };
  });
}

describe('nearestNeighbors', () => {
  const grid = fc.integer({ min: -2, max: 2 }); // few values: many ties and duplicates
  const matrix = (count: number): fc.Arbitrary<number[][]> =>
    fc.array(fc.tuple(grid, grid, grid), { minLength: count, maxLength: 14 }) as fc.Arbitrary<
      number[][]
    >;

  test.each(['squaredEuclidean', 'euclidean', 'dot'] as const)(
    'equals sorting all by distance and index, ties included: %s',
    async (distance) => {
      await fc.assert(
        fc.asyncProperty(matrix(1), matrix(3), fc.integer({ min: 1, max: 3 }), async (x, y, k) => {
          const found = await nearestNeighbors(rows(x), rows(y), k, {
            distance: measures[distance],
          });
          const expected = naive(x, y, k, distance, false);
          expect(Array.from(found.indices)).toEqual(expected.flatMap(({ indices }) => indices));
          expect(Array.from(found.distances)).toEqual(expected.flatMap((e) => e.distances));
        }),
      );
    },
  );

  test('leaves a row itself out, but not its duplicates', async () => {
    await fc.assert(
      fc.asyncProperty(matrix(4), fc.integer({ min: 1, max: 3 }), async (x, k) => {
        const found = await nearestNeighbors(rows(x), rows(x), k, {
          distance: measures.squaredEuclidean,
          excludeSelf: true,
        });
        const expected = naive(x, x, k, 'squaredEuclidean', true);
        expect(Array.from(found.indices)).toEqual(expected.flatMap(({ indices }) => indices));
      }),
    );
  });

  test('agrees with float64 on irregular numbers, cosine and a row of zeros too', async () => {
    const value = fc.float({ min: -3, max: 3, noNaN: true, noDefaultInfinity: true });
    const irregular = fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(irregular, async (matrix) => {
        const x = [...matrix, [0, 0, 0]];
        for (const distance of measureNames) {
          const found = await nearestNeighbors(rows(x), rows(x), x.length, {
            distance: measures[distance],
          });
          const expected = naive(x, x, x.length, distance, false).flatMap((e) => e.distances);
          expect(Array.from(found.distances)).toEqual(expected.map((d) => expect.closeTo(d, 7)));
        }
      }),
    );
  });

  test('keeps its digits far from the origin, where |x|^2 + |y|^2 - 2xy would lose them', async () => {
    const far = tensor2d([[1000], [1000.0625], [1000.25], [1000.125]]);
    const { indices, distances } = await expectNoLeak(() =>
      nearestNeighbors(far, far, 2, { distance: measures.euclidean }),
    );
    far.dispose();
    expect(Array.from(indices)).toEqual([0, 1, 1, 0, 2, 3, 3, 1]);
    expect(Array.from(distances)).toEqual([0, 0.0625, 0, 0.0625, 0, 0.125, 0, 0.0625]);
  });

  test.each([1e30, 1e-30])('neither overflows nor vanishes at a scale of %d', async (scale) => {
    const x = rows([[0], [1], [3], [7]].map((row) => row.map((v) => Math.fround(v * scale))));
    for (const distance of ['euclidean', 'squaredEuclidean', 'dot'] as const) {
      const { indices, distances } = await nearestNeighbors(x, x, 4, {
        distance: measures[distance],
      });
      expect(Array.from(indices.subarray(4, 8))).toEqual(
        distance === 'dot' ? [3, 2, 1, 0] : [1, 0, 2, 3],
      );
      expect(distances.every(Number.isFinite)).toBe(true);
      expect(distances[5]).not.toBe(0);
    }
  });

  test('answers queries as far away as float32 goes, from which all are equally far', async () => {
    const x = rows([[1e30], [-1e38], [2]].map((row) => row.map(Math.fround)));
    const y = rows([[1], [3], [4]]);
    const { indices, distances } = await nearestNeighbors(x, y, 3, {
      distance: measures.euclidean,
    });
    expect(Array.from(indices)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(distances[0]).toBe(Math.fround(1e30));
    expect(distances[3]).toBe(Math.fround(1e38));
    expect(Array.from(distances.subarray(6))).toEqual([1, 1, 2]);
  });

  test('ranks by a column that is next to nothing beside another', async () => {
    const x = rows([
      [3, 1e-22],
      [3, 5e-22],
      [3, 2e-22],
    ]);
    const { indices } = await nearestNeighbors(x, x, 3, { distance: measures.squaredEuclidean });
    expect(Array.from(indices)).toEqual([0, 2, 1, 1, 2, 0, 2, 0, 1]);
    const far = await nearestNeighbors(rows([[4, 0]]), x, 1, { distance: measures.euclidean });
    expect(far.distances[0]).toBe(1);
  });

  test('gives duplicates distance 0, in the order of their indices', async () => {
    const x = Array.from({ length: 40 }, () => [0.1, 0.7, -0.3]);
    const found = await nearestNeighbors(rows(x), rows(x), 5);
    expect(Array.from(found.indices.subarray(0, 10))).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(found.distances.every((d) => d === 0)).toBe(true);
  });

  describe('of rows among themselves gives what a search among a copy of them gives', () => {
    // More than a tile and some blocks, with duplicates across them, rows of zeros, and rows of other lengths.
    const random = createRandom(3);
    const data = Float32Array.from({ length: 2200 * 5 }, (_, i) => {
      const row = Math.floor(i / 5);
      if (row % 900 === 7) return 0;
      return (1 + (row % 3)) * Math.round(4 * (random.next() - 0.5) * (row % 7 ? 1e6 : 1)) * 1e-6;
    });
    data.copyWithin(2100 * 5, 0, 100 * 5);
    const itself = { data, shape: [2200, 5] as const };
    const copy = { data: data.slice(), shape: [2200, 5] as const };
    test.each(measureNames)('%s', async (name) => {
      for (const [k, excludeSelf] of [
        [1, false],
        [30, true],
      ] as const) {
        const options = { distance: measures[name], excludeSelf };
        expect(await nearestNeighbors(itself, itself, k, options)).toEqual(
          await nearestNeighbors(itself, copy, k, options),
        );
      }
    });

    test('also far from the origin, and at scales of its own', async () => {
      const far = { ...itself, data: data.map((value, i) => value * 1e20 + (i % 5) * 1e22) };
      expect(await nearestNeighbors(far, far, 3)).toEqual(
        await nearestNeighbors(far, { ...far, data: far.data.slice() }, 3),
      );
    });
  });

  test('works through many blocks and tells how far it is', async () => {
    const x = Array.from({ length: 2500 }, (_, i) => [
      Math.sin(i),
      Math.cos(3 * i),
      Math.sin(i * i),
    ]);
    const progress: string[] = [];
    const found = await nearestNeighbors(rows(x), rows(x), 1, {
      onProgress: (done, total) => progress.push(`${done} of ${total}`),
    });
    expect(Array.from(found.indices)).toEqual(x.map((_, i) => i));
    const others = await nearestNeighbors(rows(x), rows(x), 1, { excludeSelf: true });
    expect(others.indices.every((index, i) => index !== i)).toBe(true);
    expect(progress).toEqual([512, 1024, 1536, 2048, 2500].map((done) => `${done} of 2500`));
  });

  test.each([
    [
      rows([[1, 2]]),
      rows([[1, 2, 3]]),
      1,
      {},
      'nearestNeighbors: expected query and reference to have the same number of dims, got 2 and 3.',
    ],
    [
      rows([[1], [2]]),
      rows([[1], [2]]),
      2,
      { excludeSelf: true },
      'nearestNeighbors: expected k to be at most the number of references to choose from (1), got k: 2.',
    ],
    [
      rows([[1], [2]]),
      rows([[1], [3], [4]]),
      1,
      { excludeSelf: true },
      'nearestNeighbors: expected the reference to begin with the rows of the query, as excludeSelf is true, got a different row 1.',
    ],
    [
      rows([[1], [2]]),
      rows([[1], [Number.POSITIVE_INFINITY]]),
      1,
      {},
      'nearestNeighbors: expected reference to be finite, got Infinity in row 1.',
    ],
    [
      rows([[1]]),
      rows([[1]]),
      0,
      {},
      'nearestNeighbors: expected k to be a whole number >= 1, got k: 0.',
    ],
    [
      rows([[1]]),
      rows([[1]]),
      1,
      { distance: 'cosine' as never },
      'nearestNeighbors: expected distance to be a record with the functions matrix, rowwise, such as lpDistance(), got distance: "cosine". Pass the distance itself: cosineSimilarity().',
    ],
  ])('rejects %#', async (query, references, k, options, message) => {
    await expect(nearestNeighbors(query, references, k, options)).rejects.toThrow(message);
  });

  test('rejects what is no matrix', async () => {
    const line = { data: Float32Array.of(1, 2), shape: [2] } as unknown as ReturnType<typeof rows>;
    await expect(nearestNeighbors(line, line, 1)).rejects.toThrow(
      'nearestNeighbors: expected query to be a tensor or { data, shape } of shape [count, dims], or an array of rows, got shape [2].',
    );
  });
});
