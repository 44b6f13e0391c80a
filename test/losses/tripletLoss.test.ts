import { dispose, mean, type Scalar, tensor2d, valueAndGrad, zeros } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tripletLoss } from '../../src/losses/triplet/tripletLoss.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';

interface SeedCase {
  id: string;
  kind: string;
  margin: number;
  y_pred: number[][];
  expected: { per_row_loss: number[]; loss: number; grad_y_pred: number[][] };
}

const cases = reference<SeedCase>('seed').filter(({ kind }) => kind === 'triplet_loss');

describe('tripletLoss', () => {
  test.each(cases)('matches the reference: $id', ({ margin, y_pred, expected }) => {
    expectNoLeak(() => {
      const yPred = tensor2d(y_pred);
      const yTrue = zeros([y_pred.length, 1]);
      const rows = tripletLoss(margin)(yTrue, yPred);
      const { value, grad } = valueAndGrad((x) => mean<Scalar>(tripletLoss(margin)(yTrue, x)))(
        yPred,
      );
      expect(rows.shape).toEqual([y_pred.length, 1]);
      expectClose(rows.dataSync(), expected.per_row_loss);
      expectClose(value.dataSync(), [expected.loss]);
      expectClose(grad.dataSync(), expected.grad_y_pred.flat());
      dispose([yPred, yTrue, rows, value, grad]);
    });
  });

  test('is the margin where the three embeddings coincide, with a gradient of zero', () => {
    const yPred = tensor2d([[1, 2, 1, 2, 1, 2]]);
    const yTrue = zeros([1, 1]);
    const { value, grad } = valueAndGrad((x) => mean<Scalar>(tripletLoss(0.5)(yTrue, x)))(yPred);
    expectClose(value.dataSync(), [0.5]);
    expectClose(grad.dataSync(), [0, 0, 0, 0, 0, 0]);
    dispose([yPred, yTrue, value, grad]);
  });

  test('does not change when all three embeddings are moved together', () => {
    const numbers = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
      minLength: 9,
      maxLength: 9,
    });
    fc.assert(
      fc.property(numbers, fc.double({ min: -4, max: 4, noNaN: true }), (row, shift) => {
        const yTrue = zeros([1, 1]);
        const here = tripletLoss(1)(yTrue, tensor2d([row]));
        const there = tripletLoss(1)(yTrue, tensor2d([row.map((x) => x + shift)]));
        expectClose(there.dataSync(), here.dataSync(), { absolute: 1e-3 });
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [-1, 'tripletLoss: expected margin to be a finite number >= 0, got margin: -1.'],
    [Number.NaN, 'tripletLoss: expected margin to be a finite number >= 0, got margin: NaN.'],
    [Number.POSITIVE_INFINITY, 'got margin: Infinity.'],
  ])('rejects a margin of %d', (margin, message) => {
    expect(() => tripletLoss(margin)).toThrow(message);
  });

  test.each([[[2, 4]], [[2, 0]], [[6]], [[2, 3, 1]]])(
    'rejects an output of shape [%s]',
    (shape) => {
      const yPred = zeros(shape);
      expect(() => tripletLoss(1)(yPred, yPred)).toThrow(
        `tripletLoss: expected an output of shape [batch, 3 * dims] (anchor, positive, negative), got shape [${shape}].`,
      );
      yPred.dispose();
    },
  );
});
