import { describe, expect, test } from 'vitest';
import { clusteringMetrics } from '../../src/evaluation/clusteringMetrics.ts';
import { kMeans } from '../../src/evaluation/kMeans.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

type Rows = { data: Float32Array; shape: readonly [number, number] };

const rows = (matrix: number[][]): Rows => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

/** Points around the corners of a square of side 10, in turn. */
function corners(count: number, spread: number): Rows {
  const random = createRandom(3);
  const corner = [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 10],
  ] as const;
  return rows(
    Array.from({ length: count }, (_, i) =>
      (corner[i % 4] as readonly number[]).map((v) => v + (random.next() - 0.5) * spread),
    ),
  );
}

describe('kMeans', () => {
  test('finds clusters that lie apart, and their means', async () => {
    const points = corners(80, 2);
    const found = await expectNoLeak(() =>
      kMeans(points, 4, { seed: 1, distance: measures.euclidean }),
    );
    expect(new Set(found.clusters).size).toBe(4);
    found.clusters.forEach((cluster, i) => {
      expect(cluster).toBe(found.clusters[i % 4]);
    });
    const home = found.clusters[3] as number;
    const [x, y] = found.centers.data.subarray(home * 2, home * 2 + 2);
    expect([x, y]).toEqual([expect.closeTo(10, 0), expect.closeTo(10, 0)]);
  });

  test('finds them far from the origin too', async () => {
    const { data, shape } = corners(80, 2);
    const far = { data: data.map((value) => value + 20_000), shape };
    const { clusters } = await kMeans(far, 4, {
      seed: 1,
      restarts: 10,
      distance: measures.euclidean,
    });
    expect(Array.from(clusters)).toEqual(Array.from(clusters, (_, i) => clusters[i % 4]));
    expect(new Set(clusters).size).toBe(4);
  });

  test('gives the same for the same seed', async () => {
    const points = corners(60, 14);
    const options = { seed: 5, restarts: 1, distance: measures.euclidean };
    expect(await kMeans(points, 7, options)).toEqual(await kMeans(points, 7, options));
  });

  test('gets no worse by restarts', async () => {
    const points = corners(60, 14);
    const once = await kMeans(points, 7, {
      seed: 5,
      restarts: 1,
      distance: measures.euclidean,
    });
    const often = await kMeans(points, 7, {
      seed: 5,
      restarts: 10,
      distance: measures.euclidean,
    });
    expect(often.inertia).toBeLessThanOrEqual(once.inertia);
  });

  test('gives each point its own cluster, at no cost, when there are as many', async () => {
    const { clusters, inertia } = await kMeans(corners(9, 14), 9, {
      seed: 1,
      distance: measures.euclidean,
    });
    expect({ parts: new Set(clusters).size, inertia }).toEqual({ parts: 9, inertia: 0 });
  });

  test('ends when there are fewer different points than clusters', async () => {
    const { inertia, centers } = await kMeans(rows([[1], [1], [1], [2]]), 3, {
      seed: 1,
      distance: measures.euclidean,
    });
    expect(inertia).toBe(0);
    expect(centers.data.every(Number.isFinite)).toBe(true);
  });

  test('rejects more clusters than points', async () => {
    await expect(
      kMeans(rows([[1], [2]]), 3, { seed: 1, distance: measures.euclidean }),
    ).rejects.toThrow('kMeans: expected k to be at most the number of embeddings (2), got k: 3.');
  });
});

describe('clusteringMetrics', () => {
  test('is 1 for classes that lie apart, and near 0 for labels without meaning', async () => {
    const points = corners(400, 2);
    const corner = Int32Array.from({ length: 400 }, (_, i) => i % 4);
    const block = Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 100));
    expect(
      await clusteringMetrics(points, corner, { seed: 1, distance: measures.euclidean }),
    ).toMatchObject({ nmi: 1, ami: 1 });
    const { ami } = await clusteringMetrics(points, block, {
      seed: 1,
      distance: measures.euclidean,
    });
    expect(Math.abs(ami)).toBeLessThan(0.02);
  });
});
