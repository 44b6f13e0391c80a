import { describe, expect, test } from 'vitest';
import type { EmbeddingRows } from '../../src/data/embeddings.ts';
import { affinities } from '../../src/projection/internal/affinities.ts';
import { createQuadTree, rebuildQuadTree, repel } from '../../src/projection/internal/quadTree.ts';
import { tsne } from '../../src/projection/tsne.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { nearestNeighbors } from '../../src/search/exact/nearestNeighbors.ts';
import { mnist } from '../charts/mnist.ts';
import { expectClose } from '../support/expectClose.ts';

const noise = (count: number, seed = 1): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.next() - 0.5);
};

/** Repulsion pair by pair. */
function slowRepulsion(points: Float64Array): { forces: Float64Array; total: number } {
  const forces = new Float64Array(points.length);
  let total = 0;
  for (let i = 0; i < points.length; i += 2) {
    for (let j = 0; j < points.length; j += 2) {
      if (i === j) continue;
      const dx = (points[i] as number) - (points[j] as number);
      const dy = (points[i + 1] as number) - (points[j + 1] as number);
      const kernel = 1 / (1 + dx * dx + dy * dy);
      total += kernel;
      forces[i] = (forces[i] as number) + kernel * kernel * dx;
      forces[i + 1] = (forces[i + 1] as number) + kernel * kernel * dy;
    }
  }
  return { forces, total };
}

describe('repel', () => {
  const points = noise(600).map((x) => 30 * x);
  const slow = slowRepulsion(points);

  test.each([
    [0, 1e-10],
    [0.5, 0.03],
  ])('with theta %d repels as pair by pair, within %d', (theta, tolerance) => {
    const tree = createQuadTree(300);
    const forces = new Float64Array(600);
    rebuildQuadTree(tree, points);
    const total = repel(tree, points, forces, theta);
    expect(Math.abs(total / slow.total - 1)).toBeLessThan(tolerance);
    expectClose(forces, slow.forces, { relative: tolerance, absolute: 0 });
  });

  test('takes points at one place', () => {
    const same = new Float64Array(40).fill(0.3);
    const tree = createQuadTree(20);
    rebuildQuadTree(tree, same);
    const forces = new Float64Array(40);
    expect(repel(tree, same, forces, 0.5)).toBeCloseTo(20 * 19, 6);
    expectClose(forces, new Float64Array(40));
  });
});

test('affinities are symmetric, sum to 1, and see as many neighbours as the perplexity', async () => {
  const data = Float32Array.from(noise(100 * 4));
  const rows: EmbeddingRows = { data, shape: [100, 4] };
  const nearest = await nearestNeighbors(rows, rows, 30, { excludeSelf: true });
  const matrix = affinities(nearest, 10);
  const dense = new Float64Array(100 * 100);
  for (let i = 0; i < 100; i++) {
    for (let at = matrix.starts[i] as number; at < (matrix.starts[i + 1] as number); at++) {
      const to = 100 * i + (matrix.columns[at] as number);
      dense[to] = (dense[to] as number) + (matrix.values[at] as number);
    }
  }
  expect(dense.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  expectClose(
    dense,
    dense.map((_, at) => dense[(at % 100) * 100 + Math.floor(at / 100)] as number),
  );
});

describe('tsne', () => {
  const { images, labels } = mnist(500);
  const data = { data: images, shape: [500, 784] } as const;

  test('keeps neighbours of MNIST together that two principal axes cannot', async () => {
    const done: number[] = [];
    const { points, divergence } = await tsne(data, {
      iterations: 300,
      onProgress: (step) => done.push(step),
    });
    expect(done).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(divergence).toBeLessThan(1.2);
    let right = 0;
    for (let i = 0; i < 500; i++) {
      let [nearest, least] = [-1, Infinity];
      for (let j = 0; j < 500; j++) {
        const dx = (points[2 * i] as number) - (points[2 * j] as number);
        const dy = (points[2 * i + 1] as number) - (points[2 * j + 1] as number);
        if (i !== j && dx * dx + dy * dy < least) [nearest, least] = [j, dx * dx + dy * dy];
      }
      if (labels[nearest] === labels[i]) right++;
    }
    expect(right / 500).toBeGreaterThan(0.8);
  });

  test('the same seed gives the same bits', async () => {
    const [a, b] = [await tsne(data, { iterations: 20 }), await tsne(data, { iterations: 20 })];
    expect(a.points).toEqual(b.points);
  });

  test('stops when told to, with the map as it stands', async () => {
    const controller = new AbortController();
    let last = 0;
    const { points } = await tsne(data, {
      signal: controller.signal,
      onProgress(step) {
        last = step;
        if (step === 5) controller.abort();
      },
    });
    expect(last).toBe(5);
    expect(points.every(Number.isFinite)).toBe(true);
  });

  test('duplicates, one feature, and constant data give finite maps', async () => {
    const four = Float32Array.of(1, 1, 2, 2, 1, 1, 2, 2);
    for (const small of [
      { data: four, shape: [4, 2] as const },
      { data: four, shape: [8, 1] as const },
      { data: new Float32Array(20).fill(7), shape: [10, 2] as const },
    ]) {
      const { points } = await tsne(small, { iterations: 60 });
      expect(points.every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    [
      { perplexity: 200 },
      'expected perplexity to be a number from 1 to 166.33333333333334, got perplexity: 200.',
    ],
    [{ iterations: 0 }, 'expected iterations to be a whole number >= 1, got iterations: 0.'],
    [{ theta: 2 }, 'expected theta to be a number from 0 to 1, got theta: 2.'],
  ])('rejects %o', async (options, message) => {
    await expect(tsne(data, options)).rejects.toThrow(`tsne: ${message}`);
  });

  test('rejects too few rows', async () => {
    const few = { data: Float32Array.of(1, 2, 3), shape: [3, 1] } as const;
    await expect(tsne(few)).rejects.toThrow(
      'tsne: expected data with at least 4 rows, got 3 rows.',
    );
  });
});
