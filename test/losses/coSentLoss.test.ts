import { dispose, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { coSentLoss } from '../../src/losses/pair/coSentLoss.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { expectClose } from '../support/expectClose.ts';
import { coSent } from '../support/plainClassLosses.ts';

const random = createRandom(5).fork('cosent');
const rows = (count: number): number[][] =>
  Array.from({ length: count }, () =>
    Array.from({ length: 3 }, () => Math.fround(2 * random.next() - 1)),
  );
const cosine = (a: number[], b: number[]): number => {
  const dot = a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
  return dot / Math.hypot(...a) / Math.hypot(...b);
};

/** The double sum over all pairs of the batch, whose labels are ratings. */
function overRatings(x: number[][], ratings: number[], scale: number): number {
  const similarities: number[] = [];
  const scores: number[] = [];
  x.forEach((a, i) => {
    x.slice(i + 1).forEach((b, j) => {
      similarities.push(cosine(a, b));
      scores.push(-Math.abs((ratings[i] as number) - (ratings[i + 1 + j] as number)));
    });
  });
  return coSent(similarities, scores, scale);
}

function differences(of: (x: number[][]) => number, x: number[][]): number[] {
  return x.flatMap((row, i) =>
    row.map((value, k) => {
      const moved = (by: number): number =>
        of(x.map((each, r) => (r === i ? each.map((v, c) => (c === k ? value + by : v)) : each)));
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    }),
  );
}

describe('coSentLoss', () => {
  test.each([1, 20])('is the double sum of the formula, with its gradient: scale %i', (scale) => {
    const x = rows(7);
    const ratings = [1, 5, 3, 3, 2, 4, 1];
    const loss = coSentLoss({ scale, similarity: (a, b) => -Math.abs(a - b) });
    const input = tensor2d(x);
    const { value, grad } = valueAndGrad((e) => loss.compute(e as Tensor2D, ratings))(input);
    expectClose(value.dataSync(), [overRatings(x, ratings, scale)]);
    expectClose(
      grad.dataSync(),
      differences((at) => overRatings(at, ratings, scale), x),
      {
        relative: 5e-4,
      },
    );
    dispose([input, value, grad]);
  });

  test('takes pairs with scores, as sentence-transformers does', () => {
    const [first, second] = [rows(5), rows(5)];
    const scores = [0.9, 0.1, 0.5, 0.5, 0.7];
    const ids = [0, 1, 2, 3, 4];
    const loss = coSentLoss({ similarity: (a, b) => (a === b ? scores[a] : undefined) });
    const [x, reference] = [tensor2d(first), tensor2d(second)];
    const { value, grad } = valueAndGrad((e) =>
      loss.compute(e as Tensor2D, ids, { reference: { embeddings: reference, labels: ids } }),
    )(x);
    const ofPairs = (at: number[][]): number =>
      coSent(
        at.map((row, i) => cosine(row, second[i] as number[])),
        scores,
        20,
      );
    expectClose(value.dataSync(), [ofPairs(first)]);
    expectClose(grad.dataSync(), differences(ofPairs, first), { relative: 5e-4 });
    dispose([x, reference, value, grad]);
  });

  test('says which similarity it cannot rank', () => {
    const x = tensor2d(rows(2));
    expect(() => coSentLoss({ similarity: () => Number.NaN }).compute(x, [0, 1])).toThrow(
      'coSentLoss: expected similarity to return a finite number, or undefined for a pair to be left out, got NaN.',
    );
    x.dispose();
  });
});
