import {
  dispose,
  mul,
  sum,
  type Tensor2D,
  tensor1d,
  tensor2d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { pick } from '../../src/ops/pick.ts';
import { pickRows } from '../../src/ops/pickRows.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const matrix = [
  [1, 2],
  [3, 4],
  [5, 6],
];

describe('picking entries and rows', () => {
  test('pick gives the entries, and gathers the gradient of those picked twice', () => {
    expectNoLeak(() => {
      const x = tensor2d(matrix);
      const w = tensor1d([1, 10, 100]);
      const [rows, columns] = [Int32Array.of(2, 0, 2), Int32Array.of(1, 0, 1)];
      const got = pick(x, rows, columns);
      const { value, grad } = valueAndGrad((m) => sum(mul(w, pick(m as Tensor2D, rows, columns))))(
        x,
      );
      expect([...got.dataSync()]).toEqual([6, 1, 6]);
      expect([...grad.dataSync()]).toEqual([10, 0, 0, 0, 0, 101]);
      dispose([x, w, got, value, grad]);
    });
  });

  test('pickRows gives the rows, and gathers the gradient of those picked twice', () => {
    expectNoLeak(() => {
      const x = tensor2d(matrix);
      const rows = Int32Array.of(1, 1, 0);
      const got = pickRows(x, rows);
      const { value, grad } = valueAndGrad((m) => sum(pickRows(m as Tensor2D, rows)))(x);
      expect(got.arraySync()).toEqual([
        [3, 4],
        [3, 4],
        [1, 2],
      ]);
      expect([...grad.dataSync()]).toEqual([1, 1, 2, 2, 0, 0]);
      dispose([x, got, value, grad]);
    });
  });
});
