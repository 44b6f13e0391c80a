import { describe, expect, test } from 'vitest';
import { indicesByClass, toLabels } from '../../src/data/labels.ts';

describe('toLabels', () => {
  test('passes an Int32Array through, and turns other arrays of whole numbers into one', () => {
    const labels = Int32Array.of(1, 2);
    expect(toLabels('fit', labels)).toBe(labels);
    expect(toLabels('fit', [3, -1])).toEqual(Int32Array.of(3, -1));
    expect(toLabels('fit', Uint8Array.of(9))).toEqual(Int32Array.of(9));
  });

  test.each([
    [[0, 1.5], 'fit: expected labels to be integer class ids, got 1.5 at index 1.'],
    [[Number.NaN], 'got NaN at index 0.'],
    [[2 ** 31], 'got 2147483648 at index 0.'],
    [[[0, 1]], 'got [0,1] at index 0. Pass integer class ids; turn one-hot labels into ids'],
    [null, 'expected labels to be an array of integer class ids, got null.'],
    [3, 'got 3. Read a tensor of labels with await labels.data().'],
  ])('rejects %j', (labels, message) => {
    expect(() => toLabels('fit', labels as number[])).toThrow(message);
  });

  test('says how many labels it wanted', () => {
    expect(() => toLabels('fit', [0], 2, 'example')).toThrow(
      'fit: expected one label per example (2), got labels of length 1.',
    );
  });
});

test('indicesByClass lists the members of each class, classes ascending', () => {
  expect([...indicesByClass(Int32Array.of(5, -1, 5, 2))]).toEqual([
    [-1, [1]],
    [2, [3]],
    [5, [0, 2]],
  ]);
});
