import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { precisionAt1, recallAtK } from '../../src/evaluation/recallAtK.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { measures } from '../support/measures.ts';

const rows = (matrix: number[][]): { data: Float32Array; shape: readonly [number, number] } => ({
  data: Float32Array.from(matrix.flat()),
  shape: [matrix.length, matrix[0]?.length ?? 0],
});

describe('recallAtK', () => {
  // Two of class 0 that are each other's neighbours, one of class 1 alone.
  const x = rows([[0], [1], [1.5]]);
  const labels = [0, 0, 1];
  const distance = measures.euclidean;

  test('leaves out queries that have nothing to find, or counts them as misses', async () => {
    const points = tensor2d([[0], [1], [1.5]]);
    expect(await expectNoLeak(() => recallAtK(points, labels, [1, 2], { distance }))).toEqual({
      1: 0.5,
      2: 1,
    });
    points.dispose();
    expect(await recallAtK(x, labels, [1, 2], { distance, singletonQueries: 'miss' })).toEqual({
      1: 1 / 3,
      2: 2 / 3,
    });
  });

  test('finds the query itself only when it is told to', async () => {
    const options = { distance, reference: { embeddings: x, labels } };
    expect(await precisionAt1(x, labels, options)).toBe(1);
    expect(await precisionAt1(x, labels, { ...options, excludeSelf: true })).toBe(0.5);
  });

  test('breaks a tie by the lower index', async () => {
    const tied = { embeddings: rows([[1], [-1]]), labels: [0, 1] };
    expect(await precisionAt1(rows([[0]]), [0], { distance, reference: tied })).toBe(1);
    expect(await precisionAt1(rows([[0]]), [1], { distance, reference: tied })).toBe(0);
  });

  test.each([
    [
      [],
      'recallAtK: expected ks to be an array of whole numbers >= 1, with at least one of them, got ks: [].',
    ],
    [
      [1, 0],
      'recallAtK: expected ks to be an array of whole numbers >= 1, with at least one of them, got ks: [1,0].',
    ],
  ])('rejects ks %o', async (ks, message) => {
    await expect(recallAtK(x, labels, ks)).rejects.toThrow(message);
  });

  test('rejects a set in which no query has anything to find', async () => {
    await expect(precisionAt1(x, [0, 1, 2])).rejects.toThrow(
      'precisionAt1: expected at least one query whose label another row of the reference has, got none of 3.',
    );
  });

  test('rejects a set of one', async () => {
    await expect(precisionAt1(rows([[1]]), [0])).rejects.toThrow(
      'precisionAt1: expected at least one reference besides the query itself, got 1 in all.',
    );
  });
});
