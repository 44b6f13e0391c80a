import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { tripletAccuracy, tripletOutputAccuracy } from '../../src/evaluation/tripletAccuracy.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

describe('tripletOutputAccuracy', () => {
  test('takes rows of anchor, positive and negative', async () => {
    const output = tensor2d([
      [0, 0, 3, 0, 0, 1],
      [0, 1, 0, 2, 0, 9],
    ]);
    const report = await expectNoLeak(() => tripletOutputAccuracy(output, [5, 6]));
    output.dispose();
    expect(report).toMatchObject({ accuracy: 0.5, min: 1 - 64, max: 9 - 1, count: 2 });
    expect(report.classes.map(({ label, accuracy }) => [label, accuracy])).toEqual([
      [5, 0],
      [6, 1],
    ]);
  });

  test('rejects an output that is no three embeddings', async () => {
    const output = { data: new Float32Array(8), shape: [2, 4] as const };
    await expect(tripletOutputAccuracy(output)).rejects.toThrow(
      'tripletOutputAccuracy: expected an output of shape [triplets, 3 * dims], got shape [2,4].',
    );
  });
});

describe('tripletAccuracy', () => {
  const embeddings = { data: Float32Array.of(0, 0, 3, 0, 0, 1, 0, 5), shape: [4, 2] as const };
  const labels = [7, 7, 2, 2];
  const triplets = {
    anchor: Int32Array.of(0, 1, 2, 3, 0),
    positive: Int32Array.of(1, 0, 3, 2, 1),
    negative: Int32Array.of(2, 3, 0, 1, 3),
  };

  test('gives d(a, p) - d(a, n) of all triplets and of each class of anchors', async () => {
    const options = { distance: measures.squaredEuclidean };
    // d(a, p) - d(a, n): 9 - 1, 9 - 34, 16 - 1, 16 - 34, 9 - 25.
    expect(await tripletAccuracy(embeddings, triplets, labels, options)).toEqual({
      accuracy: 3 / 5,
      min: -25,
      max: 15,
      avg: -36 / 5,
      count: 5,
      classes: [
        { label: 2, accuracy: 1 / 2, min: -18, max: 15, avg: -1.5, count: 2 },
        { label: 7, accuracy: 2 / 3, min: -25, max: 8, avg: -11, count: 3 },
      ],
    });
  });

  test('counts a tie as wrong', async () => {
    const collapsed = { data: new Float32Array(8), shape: [4, 2] as const };
    const { accuracy, max } = await tripletAccuracy(collapsed, triplets);
    expect({ accuracy, max }).toEqual({ accuracy: 0, max: 0 });
  });

  test('has no classes without labels', async () => {
    expect((await tripletAccuracy(embeddings, triplets)).classes).toEqual([]);
  });

  test.each([
    [
      'an index outside',
      embeddings,
      { ...triplets, negative: Int32Array.of(2, 3, 0, 4, 3) },
      'tripletAccuracy: expected triplets.negative to hold indices from 0 to 3, got 4 at index 3.',
    ],
    [
      'lists of different lengths',
      embeddings,
      { ...triplets, positive: Int32Array.of(1) },
      'tripletAccuracy: expected as many entries in triplets.positive as in triplets.anchor (5), got 1.',
    ],
    [
      'no triplet',
      embeddings,
      { anchor: new Int32Array(0), positive: new Int32Array(0), negative: new Int32Array(0) },
      'tripletAccuracy: expected at least one triplet, got none.',
    ],
    [
      'a row with NaN',
      { data: Float32Array.of(0, 0, 3, 0, 0, Number.NaN, 0, 5), shape: [4, 2] as const },
      triplets,
      'tripletAccuracy: expected embeddings to be finite, got NaN in row 2.',
    ],
    [
      'data that does not fill the shape',
      { data: new Float32Array(7), shape: [4, 2] as const },
      triplets,
      'tripletAccuracy: expected embeddings.data to be a Float32Array of 4 * 2 values, got 7 values.',
    ],
  ])('rejects %s', async (_, rows, bad, message) => {
    await expect(tripletAccuracy(rows, bad)).rejects.toThrow(message);
  });

  test('rejects labels of another length', async () => {
    await expect(tripletAccuracy(embeddings, triplets, [1, 2])).rejects.toThrow(
      'tripletAccuracy: expected one label per embedding (4), got labels of length 2.',
    );
  });
});
