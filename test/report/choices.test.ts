import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/createRandom.ts';
import { galleryRows } from '../../src/report/findings/galleryRows.ts';
import { hardTriplets } from '../../src/report/findings/hardTriplets.ts';
import { measures } from '../support/measures.ts';

describe('hardTriplets', () => {
  const random = createRandom(5);
  const labels = Int32Array.from({ length: 60 }, (_, i) => (i < 58 ? i % 4 : i)); // two alone
  const rows = {
    data: Float32Array.from(
      { length: 120 },
      (_, i) => (i % 2) * (labels[i >> 1]! % 4) + random.next(),
    ),
    shape: [60, 2] as const,
  };
  const find = () => hardTriplets(rows, labels, measures.squaredEuclidean, 6, createRandom(1));
  const at = (i: number): [number, number] => [rows.data[2 * i]!, rows.data[2 * i + 1]!];
  const squared = (i: number, j: number): number =>
    (at(i)[0] - at(j)[0]) ** 2 + (at(i)[1] - at(j)[1]) ** 2;

  test('draws ten an example that has another of its class', async () => {
    const found = await find();
    expect(found?.drawn).toBe(580);
    expect(found?.accuracy).toBeGreaterThan(0.5);
  });

  test('keeps the largest violations, each example once', async () => {
    const { triplets, violations } = (await find())!;
    const { anchor, positive, negative } = triplets;
    expect(new Set([...anchor, ...positive, ...negative]).size).toBe(18);
    violations.forEach((violation, t) => {
      const [a, p, n] = [anchor[t]!, positive[t]!, negative[t]!];
      expect(labels[a]).toBe(labels[p]);
      expect(labels[a]).not.toBe(labels[n]);
      expect(violation).toBeCloseTo(squared(a, p) - squared(a, n), 6);
      if (t > 0) expect(violation).toBeLessThanOrEqual(violations[t - 1]!);
    });
  });

  test('is undefined where labels allow none', async () => {
    const alone = Int32Array.from({ length: 60 }, (_, i) => (i < 2 ? 0 : i));
    const found = await hardTriplets(rows, alone, measures.euclidean, 3, createRandom(1));
    expect(found).toBe(undefined);
  });
});

describe('galleryRows', () => {
  const labels = Int32Array.of(0, 0, 0, 1, 1, 9);
  const found = {
    indices: Int32Array.of(3, 1, 3, 0, 3, 0, 4, 0, 3, 0, 0, 1),
    distances: Float64Array.of(5, 6, 2, 6, 3, 6, 1, 6, 1, 6, 1, 6),
    shape: [6, 2] as const,
  };

  test('shows one query a class', () => {
    const { typical } = galleryRows(found, labels, labels, createRandom(1));
    expect(typical.map(({ query }) => labels[query])).toEqual([0, 1, 9]);
    expect(Array.from(typical[2]!.neighbors)).toEqual([0, 1]);
  });

  test('lists mistakes from the nearest on, two a class, none of a class that is not to be found', () => {
    const { mistakes } = galleryRows(found, labels, labels.slice(0, 5), createRandom(1));
    expect(mistakes.map(({ query }) => query)).toEqual([1, 2]);
    expect(Array.from(mistakes[0]!.distances ?? [])).toEqual([2, 6]);
  });
});
