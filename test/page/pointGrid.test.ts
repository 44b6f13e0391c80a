import { expect, test } from 'vitest';
import { gridOf } from '../../src/page/client/pointGrid.ts';
import { createRandom } from '../../src/random/createRandom.ts';

test('The grid finds every point within reach of a place, also at the rim and where points are dense', () => {
  const random = createRandom(3);
  const points = Float32Array.from({ length: 2 * 5000 }, (_, i) =>
    i % 10 < 2 ? 0.5 : random.next(),
  );
  points.set([0, 0, 1, 1]);
  const grid = gridOf(points);
  for (const [x, y, reach] of [
    [0.5, 0.5, 0.01],
    [0, 0, 0.05],
    [1, 1, 0.05],
    [0.3, 0.9, 0.2],
    [1.5, -0.5, 0.1],
  ] as const) {
    const near = (i: number): boolean =>
      Math.hypot(points[2 * i]! - x, points[2 * i + 1]! - y) <= reach;
    const found: number[] = [];
    grid.visit(x, y, reach, (i) => found.push(i));
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter(near).sort((a, b) => a - b)).toEqual([...Array(5000).keys()].filter(near));
  }
});
