import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { symmetricEigen } from '../../src/projection/internal/symmetricEigen.ts';
import { pca } from '../../src/projection/pca.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { mnist } from '../charts/mnist.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

describe('pca like an earlier one', () => {
  /** A flat cloud, turned about the axes by an angle. */
  const cloud = (angle: number, count = 200): { data: Float32Array; shape: [number, number] } => {
    const random = createRandom(5);
    const data = new Float32Array(count * 4);
    for (let i = 0; i < count; i++) {
      const [u, v] = [4 * (random.next() - 0.5), 3 * (random.next() - 0.5)];
      data[4 * i] = u * Math.cos(angle) - v * Math.sin(angle);
      data[4 * i + 1] = u * Math.sin(angle) + v * Math.cos(angle);
      data[4 * i + 2] = 0.2 * (random.next() - 0.5);
    }
    return { data, shape: [count, 4] };
  };

  test('puts the same examples where they were, however the embeddings have turned', async () => {
    const before = await pca(cloud(0));
    const own = await pca(cloud(2.5));
    const kept = await pca(cloud(2.5), { like: before });
    expectClose(kept.points, before.points, { absolute: 0.05, relative: 0 });
    expect(
      Math.max(...own.points.map((value, i) => Math.abs(value - before.points[i]!))),
    ).toBeGreaterThan(1);
    expectClose(
      [kept.explained[0]! + kept.explained[1]!],
      [own.explained[0]! + own.explained[1]!],
      {},
    );
  });

  test('gives axes that are unit vectors at right angles, and points that lie along them', async () => {
    const { points, components, mean } = await pca(cloud(1), { like: await pca(cloud(0)) });
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const [x, y] = [components.subarray(0, 4), components.subarray(4)];
    expectClose([dot(x, x), dot(y, y), dot(x, y)], [1, 1, 0], { absolute: 1e-9 });
    const first = Float64Array.from(cloud(1).data.subarray(0, 4), (value, i) => value - mean[i]!);
    expectClose([dot(first, x), dot(first, y)], points.subarray(0, 2), { absolute: 1e-5 });
  });

  test('goes by the axes where there are other examples', async () => {
    const before = await pca(cloud(0));
    const { components } = await pca(cloud(0, 150), { like: before });
    expectClose(components, before.components, { absolute: 0.15, relative: 0 });
  });

  test('takes nothing else', async () => {
    await expect(pca(cloud(0), { like: { points: [] } as never })).rejects.toThrow(
      'pca: expected like to be what pca returned before with dims: 2',
    );
  });
});

describe('pca', () => {
  test('agrees with numpy.linalg.eigh on 1,000 MNIST images', async () => {
    const { images } = mnist(1000);
    const { points, explained } = await pca({ data: images, shape: [1000, 784] });
    expectClose(explained, [0.10038249671, 0.077774154354], { relative: 1e-8, absolute: 0 });
    expectClose(
      points.subarray(0, 6),
      [-312.0500985, -453.2415242, -24.0578048, 1003.9706236, -927.6645514, 367.3352012],
      { relative: 1e-5 },
    );
  });

  test('finds the same with and without the covariance formed', async () => {
    const random = createRandom(3);
    const [count, features] = [60, 1100];
    const data = Float32Array.from(
      { length: count * features },
      (_, i) => (random.next() - 0.5) * (i % features < 40 ? 5 : 1) + 2,
    );
    const narrow = data.filter((_, i) => i % features < 40);
    const wide = await pca({ data, shape: [count, features] }, { dims: 3 });
    const own = await pca({ data: narrow, shape: [count, 40] }, { dims: 3 });
    const padded = new Float32Array(count * features);
    narrow.forEach((value, i) => {
      padded[Math.floor(i / 40) * features + (i % 40)] = value;
    });
    const same = await pca({ data: padded, shape: [count, features] }, { dims: 3 });
    expectClose(same.points, own.points, { relative: 1e-4 });
    expect(wide.explained.length).toBe(3);
  });

  test('axes are unit vectors, orthogonal, and point where their largest entry is positive', async () => {
    const { images } = mnist(300);
    const { components } = await pca({ data: images, shape: [300, 784] }, { dims: 3 });
    const axis = (i: number): Float64Array => components.subarray(784 * i, 784 * (i + 1));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const dot = axis(i).reduce((sum, x, f) => sum + x * (axis(j)[f] as number), 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
      }
      const largest = axis(i).reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      expect(largest).toBeGreaterThan(0);
    }
  });

  test('the same seed gives the same bits, another one the same picture', async () => {
    const data = { data: mnist(200).images, shape: [200, 784] } as const;
    const [a, b, c] = [await pca(data), await pca(data), await pca(data, { seed: 9 })];
    expect(a.points).toEqual(b.points);
    expectClose(c.points, a.points, { relative: 1e-4 });
  });

  test('finds axes of equal variance, which single-vector methods miss', async () => {
    const data = Float32Array.of(1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0);
    const { explained } = await pca({ data, shape: [4, 3] });
    expectClose(explained, [0.5, 0.5]);
  });

  test('shows constant data, or a single row, as points at 0', async () => {
    const flat = await pca({ data: new Float32Array(12).fill(0.1), shape: [4, 3] });
    expect([...flat.points, ...flat.explained]).toEqual(new Array(10).fill(0));
    const one = await pca({ data: Float32Array.of(1, 2, 3), shape: [1, 3] });
    expect([...one.points]).toEqual([0, 0]);
  });

  test('reads a tensor, which stays its caller’s', async () => {
    const x = tensor2d([
      [0, 0],
      [2, 2],
      [4, 4],
    ]);
    const { points, explained } = await expectNoLeak(() => pca(x));
    expectClose(explained, [1, 0]);
    expectClose(points, [-2.8284, 0, 0, 0, 2.8284, 0]);
    x.dispose();
  });

  test.each([
    [
      { dims: 3 },
      'pca: expected data with at least 3 features, one for each axis, got shape [2,2]. Pass dims: 2, or data with more features.',
    ],
    [{ dims: 0 }, 'pca: expected dims to be a whole number >= 1, got dims: 0.'],
  ])('rejects %o', async (options, message) => {
    const data = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } as const;
    await expect(pca(data, options)).rejects.toThrow(message);
  });

  test('rejects what is not finite', async () => {
    const data = { data: Float32Array.of(1, 2, 3, Number.NaN), shape: [2, 2] } as const;
    await expect(pca(data)).rejects.toThrow('pca: expected data to be finite, got NaN in row 1.');
  });
});

test('symmetricEigen takes a matrix apart that can be put together again', () => {
  const random = createRandom(1);
  const size = 12;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      matrix[i * size + j] = matrix[j * size + i] = random.next() - 0.5;
    }
  }
  const { values, vectors } = symmetricEigen(matrix, size);
  expect([...values]).toEqual([...values].sort((a, b) => b - a));
  const again = Float64Array.from(matrix, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return values.reduce(
      (sum, value, k) =>
        sum + value * (vectors[i * size + k] as number) * (vectors[j * size + k] as number),
      0,
    );
  });
  expectClose(again, matrix, { relative: 1e-12, absolute: 1e-12 });
});
