import { pad, tile, transpose } from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { describeOnSimd, expectLikeCpu } from '../../support/onSimd.ts';

type Paddings = [number, number][];

describeOnSimd('layout', () => {
  test.each([
    [
      [5, 3],
      [1, 0],
    ],
    [
      [33, 70],
      [1, 0],
    ],
    [
      [2, 3, 4],
      [2, 0, 1],
    ],
    [
      [6, 20, 64],
      [1, 0, 2],
    ],
    [
      [2, 3, 4, 5],
      [0, 3, 1, 2],
    ],
    [
      [2, 3, 4, 5],
      [3, 2, 1, 0],
    ],
    [
      [2, 3, 2, 3, 2],
      [0, 2, 1, 3, 4],
    ],
  ])('%j transposed by %j', async (shape, permutation) => {
    await expectLikeCpu([shape], (x) => transpose(x, permutation));
  });

  test('five axes turned around, which the cpu backend does', async () => {
    await expectLikeCpu([[2, 3, 2, 3, 2]], (x) => transpose(x, [4, 3, 2, 1, 0]), { fast: false });
  });

  test.each<[number[], Paddings, number]>([
    [[4], [[1, 2]], 0],
    [
      [3, 5],
      [
        [0, 2],
        [1, 0],
      ],
      -1.5,
    ],
    [
      [2, 6, 6, 3],
      [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 0],
      ],
      0,
    ],
    [
      [40, 70],
      [
        [3, 4],
        [5, 6],
      ],
      2,
    ],
  ])('%j padded by %j with %d', async (shape, paddings, value) => {
    await expectLikeCpu([shape], (x) => pad(x, paddings, value));
  });

  test.each([
    [[3], [4]],
    [
      [1, 1, 8],
      [5, 3, 1],
    ],
    [
      [2, 3],
      [2, 2],
    ],
    [
      [1, 4, 1],
      [3, 1, 5],
    ],
  ])('%j tiled by %j', async (shape, reps) => {
    await expectLikeCpu([shape], (x) => tile(x, reps));
  });
});
