import { describe, expect, test } from 'vitest';
import { knnClassify } from '../../../src/search/exact/knnClassify.ts';
import { majorityVote } from '../../../src/search/majorityVote.ts';
import { expectNoLeak } from '../../support/expectNoLeak.ts';
import { measures } from '../../support/measures.ts';

const rows = (values: number[]): { data: Float32Array; shape: readonly [number, number] } => ({
  data: Float32Array.from(values),
  shape: [values.length, 1],
});

const reference = { embeddings: rows([0, 1, 2, 10, 11]), labels: [4, 4, 6, 6, 6] };

describe('knnClassify', () => {
  test('takes the vote of the k nearest', async () => {
    const found = await expectNoLeak(() =>
      knnClassify(rows([0.1, 9]), reference, 3, { distance: measures.euclidean }),
    );
    expect(found).toEqual([
      {
        label: 4,
        confidence: expect.closeTo((1 + 1 - 0.4 / 1.8) / (1 + 1 - 0.4 / 1.8 + 0.5), 3),
        distance: expect.closeTo(0.1, 6),
        votes: 2,
      },
      { label: 6, confidence: 1, distance: 1, votes: 3 },
    ]);
  });

  test('gives no label when no neighbour is within the threshold', async () => {
    const options = { distance: measures.euclidean, threshold: 2 } as const;
    expect(await knnClassify(rows([6, 8.5]), reference, 2, options)).toEqual([
      { label: null, confidence: 0, distance: Number.POSITIVE_INFINITY, votes: 0 },
      { label: 6, confidence: 1, distance: 1.5, votes: 1 },
    ]);
  });

  test('rejects labels that are not one a reference', async () => {
    await expect(knnClassify(rows([1]), { ...reference, labels: [1] }, 1)).rejects.toThrow(
      'knnClassify: expected one label per embedding (5), got labels of length 1.',
    );
  });
});

describe('majorityVote', () => {
  test('goes to the label whose first neighbour is nearer when votes are equal', () => {
    const neighbors = [
      { label: 'b', distance: 1 },
      { label: 'a', distance: 2 },
      { label: 'a', distance: 3 },
      { label: 'b', distance: 4 },
    ];
    expect(majorityVote(neighbors)).toEqual({
      label: 'b',
      confidence: expect.closeTo(1.5 / 3, 12),
      distance: 1,
      votes: 2,
    });
  });
});
