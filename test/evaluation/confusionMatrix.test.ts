import { describe, expect, test } from 'vitest';
import { confusionMatrix, knnConfusion } from '../../src/evaluation/confusionMatrix.ts';
import { measures } from '../support/measures.ts';

const rows = (values: number[]): { data: Float32Array; shape: readonly [number, number] } => ({
  data: Float32Array.from(values),
  shape: [values.length, 1],
});

describe('confusionMatrix', () => {
  test('counts actual labels in rows, predicted ones in columns, and those taken for none', () => {
    expect(confusionMatrix([1, 1, 5, 5, 5], [1, 5, 5, null, 9])).toEqual({
      labels: [1, 5, 9],
      cells: [
        { label: 1, predicted: 1, count: 1 },
        { label: 1, predicted: 5, count: 1 },
        { label: 5, predicted: 5, count: 1 },
        { label: 5, predicted: 9, count: 1 },
      ],
      counts: [
        [1, 1, 0],
        [0, 1, 1],
        [0, 0, 0],
      ],
      unknown: [0, 1, 0],
      accuracy: 2 / 5,
    });
  });

  test('needs memory for what was counted, however many classes there are', () => {
    const actual = Array.from({ length: 20_000 }, (_, i) => i);
    const matrix = confusionMatrix(
      actual,
      actual.map((label) => label - (label % 2)),
    );
    expect([matrix.labels.length, matrix.cells.length, matrix.accuracy]).toEqual([
      20_000, 20_000, 0.5,
    ]);
    expect(matrix.cells[1]).toEqual({ label: 1, predicted: 0, count: 1 });
    expect(() => matrix.counts).toThrow('expected counts of at most 4096 labels, got 20000 labels');
  });

  test.each([
    [[], [], 'confusionMatrix: expected at least one item, got none.'],
    [
      [1],
      [1, 2],
      'confusionMatrix: expected one label per prediction (2), got labels of length 1.',
    ],
  ])('rejects %o with %o', (actual, predicted, message) => {
    expect(() => confusionMatrix(actual, predicted)).toThrow(message);
  });
});

describe('knnConfusion', () => {
  const points = rows([0, 1, 1.5, 9, 10]);
  const labels = [0, 0, 1, 1, 1];

  test('lets each row look among the others', async () => {
    const { counts, accuracy } = await knnConfusion(points, labels, {
      distance: measures.euclidean,
    });
    // 0 -> 1 is right; 1 -> 1.5 and 1.5 -> 1 are wrong; 9 and 10 find one another.
    expect(counts).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(accuracy).toBe(3 / 5);
  });

  test('looks in a reference, within a threshold', async () => {
    const reference = { embeddings: rows([0, 9]), labels: [0, 1] };
    const options = { reference, distance: measures.euclidean, threshold: 1 } as const;
    const { counts, unknown } = await knnConfusion(points, labels, options);
    expect(counts).toEqual([
      [2, 0],
      [0, 2],
    ]);
    expect(unknown).toEqual([0, 1]);
  });
});
