import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  cosineSimilarity,
  createRandom,
  dotProductSimilarity,
  lpDistance,
  mineHardNegatives,
} from '../../src/index.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const distance = lpDistance({ normalize: false });
const rows = (...values: number[]): { data: Float32Array; shape: [number, number] } => ({
  data: Float32Array.from(values),
  shape: [values.length, 1],
});

describe('mineHardNegatives', () => {
  // An anchor at 0, its positives at 1 and 9, negatives at 0.5 (mislabeled?), 0.95, 2, 3 and 8.
  const embeddings = rows(0, 1, 9, 0.5, 0.95, 2, 3, 8);
  const labels = [0, 0, 0, 1, 2, 1, 2, 1];

  test.each([
    ['the nearest beyond 0.9 times the nearest positive', {}, [4, 5, 6, 7]],
    ['so many of them', { count: 2 }, [4, 5]],
    ['all without a guard', { guard: 0 }, [3, 4, 5, 6, 7]],
    ['semi-hard ones with a guard of 1', { guard: 1 }, [5, 6, 7]],
    ['not the first', { guard: 0, skip: 2, count: 2 }, [5, 6]],
    ['none where the guard leaves none', { guard: 9 }, []],
  ])('gives %s', async (_, options, expected) => {
    const count = 'count' in options ? options.count : 10;
    const found = await mineHardNegatives(embeddings, labels, {
      anchors: [0],
      distance,
      ...options,
    });
    expect(found.shape).toEqual([1, count]);
    expect([...found.indices]).toEqual([
      ...expected,
      ...Array<number>(count - expected.length).fill(-1),
    ]);
  });

  test('equals sorting all distances, in any distance', async () => {
    const random = createRandom(4);
    const data = Float32Array.from({ length: 60 * 3 }, () => random.next() - 0.5);
    const ids = Array.from({ length: 60 }, (_, i) => i % 7);
    const row = (i: number): number[] => [...data.subarray(3 * i, 3 * i + 3)];
    const unit = (x: number[]): number[] => x.map((v) => v / Math.hypot(...x));
    const dot = (x: number[], y: number[]): number => x.reduce((sum, v, k) => sum + v * y[k]!, 0);
    const kinds = [
      [lpDistance(), (x: number[], y: number[]) => Math.sqrt(2 - 2 * dot(unit(x), unit(y)))],
      [cosineSimilarity(), (x: number[], y: number[]) => 1 - dot(unit(x), unit(y))],
    ] as const;
    for (const [measured, formula] of kinds) {
      const { indices } = await mineHardNegatives({ data, shape: [60, 3] }, ids, {
        count: 5,
        distance: measured,
      });
      for (let a = 0; a < 60; a++) {
        const d = ids.map((_, i) => formula(row(a), row(i)));
        const near = Math.min(...d.filter((_, i) => i !== a && ids[i] === ids[a]));
        const expected = ids
          .map((_, i) => i)
          .filter((i) => ids[i] !== ids[a] && d[i]! >= 0.9 * near)
          .sort((i, j) => d[i]! - d[j]!)
          .slice(0, 5);
        expect([...indices.subarray(5 * a, 5 * a + 5)]).toEqual(expected);
      }
    }
  });

  test('has no guard for an anchor without a positive, and no negative in one class', async () => {
    const alone = await mineHardNegatives(rows(0, 1, 2), [0, 1, 1], { count: 1, distance });
    expect([...alone.indices]).toEqual([1, 0, 0]);
    const one = await mineHardNegatives(rows(0, 1), [3, 3], { count: 1, distance });
    expect([...one.indices]).toEqual([-1, -1]);
  });

  test('refuses what it cannot mine, and leaves nothing behind', async () => {
    await expect(mineHardNegatives(embeddings, labels, { anchors: [8] })).rejects.toThrow(
      'mineHardNegatives: expected anchors to be indices of embeddings, from 0 to 7, got 8.',
    );
    const products = dotProductSimilarity({ normalize: false });
    await expect(mineHardNegatives(embeddings, labels, { distance: products })).rejects.toThrow(
      'mineHardNegatives: expected a distance, or cosineSimilarity(), for a guard, got dotProductSimilarity(). Pass guard: 0, and leave out the nearest with skip.',
    );
    await mineHardNegatives(embeddings, labels, { distance: products, guard: 0 });
    await expect(mineHardNegatives(embeddings, [1], {})).rejects.toThrow('mineHardNegatives');
    const x = tensor2d([[0], [1]]);
    await expectNoLeak(() => mineHardNegatives(x, [0, 1]));
    x.dispose();
  });
});
