import { describe, expect, test } from 'vitest';
import { umap } from '../../src/projection/umap.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { measures } from '../support/measures.ts';

/** `each` points about each of three far corners, in 5 dims. */
function clusters(each: number): { data: Float32Array; shape: [number, number]; labels: number[] } {
  const random = createRandom(3);
  const labels = Array.from({ length: 3 * each }, (_, i) => i % 3);
  const data = Float32Array.from(
    labels.flatMap((label) =>
      Array.from({ length: 5 }, (_, d) => (d === label ? 10 : 0) + random.next()),
    ),
  );
  return { data, shape: [3 * each, 5], labels };
}

describe('umap', () => {
  test('keeps clusters together and apart', async () => {
    const { labels, ...rows } = clusters(40);
    const { points } = await umap(rows, { seed: 1, epochs: 200 });
    const nearest = (i: number): number => {
      let [best, least] = [-1, Infinity];
      for (let j = 0; j < labels.length; j++) {
        const [dx, dy] = [0, 1].map((d) => points[2 * i + d]! - points[2 * j + d]!) as [
          number,
          number,
        ];
        if (j === i || dx * dx + dy * dy >= least) continue;
        [best, least] = [j, dx * dx + dy * dy];
      }
      return best;
    };
    expect(points.length).toBe(2 * labels.length);
    expect(labels.every((label, i) => labels[nearest(i)] === label)).toBe(true);
  });

  test('the same seed gives the same points, another one others', async () => {
    const rows = clusters(12);
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map(async (seed) => (await umap(rows, { seed, epochs: 30 })).points),
    );
    expect(a).toEqual(b);
    expect(c).not.toEqual(a);
  });

  test('tells how far it is, and stops where it stands', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const { points } = await umap(clusters(12), {
      epochs: 50,
      signal: stop.signal,
      onProgress(done, total) {
        seen.push(done);
        expect(total).toBe(50);
        if (done === 7) stop.abort();
      },
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(points.every(Number.isFinite)).toBe(true);
  });

  test('takes duplicates, one dim, and few rows', async () => {
    for (const rows of [
      { data: new Float32Array(30).fill(2), shape: [10, 3] },
      { data: Float32Array.of(0, 1, 2, 3, 9), shape: [5, 1] },
      { data: Float32Array.of(0, 0, 1, 0, 2, 5, 9, 9), shape: [4, 2] },
    ] as const) {
      const { points } = await umap(rows, { epochs: 20, distance: measures.cosine });
      expect(points.length).toBe(2 * rows.shape[0]);
      expect(points.every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    [{ neighbors: 36 }, 'umap: expected neighbors to be a number from 2 to 35, got neighbors: 36.'],
    [{ neighbors: 1 }, 'umap: expected neighbors to be a whole number >= 2, got neighbors: 1.'],
    [{ minDist: -1 }, 'umap: expected minDist to be a number from 0 to 1, got minDist: -1.'],
    [{ epochs: 0 }, 'umap: expected epochs to be a whole number >= 1, got epochs: 0.'],
  ])('rejects %o', async (options, message) => {
    await expect(umap(clusters(12), options)).rejects.toThrow(message);
  });

  test('rejects three rows', async () => {
    const rows = { data: Float32Array.of(1, 2, 3), shape: [3, 1] as const };
    await expect(umap(rows)).rejects.toThrow(
      'umap: expected data with at least 4 rows, got 3 rows.',
    );
  });
});
