import {
  dot,
  fused,
  matMul,
  relu,
  setBackend,
  slice,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';

/** rows, depth, columns */
const sizes = [
  [1, 1, 1],
  [5, 7, 9],
  [8, 8, 8],
  [3, 20, 4],
  [33, 65, 17],
  [200, 30, 150],
  [2, 0, 3],
  [0, 3, 2],
] as const;
const transpositions = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

describeOnSimd('matrix product', () => {
  describe.each(sizes)('%i x %i by %i', (rows, depth, columns) => {
    test.each(transpositions)('transposed %s, %s', async (transposeA, transposeB) => {
      const a = transposeA ? [depth, rows] : [rows, depth];
      const b = transposeB ? [columns, depth] : [depth, columns];
      const product = (a: Tensor, b: Tensor): Tensor => matMul(a, b, transposeA, transposeB);
      await expectLikeCpu([a, b], product);
      await expectLikeCpu(
        [
          [3, ...a],
          [3, ...b],
        ],
        product,
      );
      await expectLikeCpu([[3, ...a], b], product, { differentiable: false });
      await expectLikeCpu([a, [2, 2, ...b]], product, { differentiable: false });
    });
  });

  test.each([false, true])(
    'of very many rows: in pieces, with the bits of the whole',
    async (turned) => {
      await setBackend('simd');
      const [rows, depth] = [130_002, 70]; // more than 32 MB
      tidy(() => {
        const values = Float32Array.from(
          { length: rows * depth },
          (_, i) => ((i * 7919) % 1000) / 999,
        );
        const x = tensor2d(values, turned ? [depth, rows] : [rows, depth]);
        const y = tensor2d(numbers(depth * 3), [depth, 3]);
        const all = matMul(x, y, turned).dataSync();
        for (const first of [0, 119_600, rows - 500]) {
          const part = slice(
            x,
            turned ? [0, first] : [first, 0],
            turned ? [depth, 500] : [500, depth],
          );
          const expected = matMul(part, y, turned).dataSync();
          expect(all.subarray(3 * first, 3 * (first + 500))).toEqual(expected);
        }
      });
    },
  );

  test.each(transpositions)(
    'of one row or two, which packs nothing, with the bits of many rows: transposed %s, %s',
    async (transposeA, transposeB) => {
      await setBackend('simd');
      for (const [depth, columns] of [
        [1, 1],
        [6, 9],
        [16, 8],
        [65, 30],
        [4, 1000],
      ] as const) {
        const product = (rows: number): Float32Array =>
          tidy(() => {
            const all = tensor2d(numbers(12 * depth), [12, depth]);
            const part = slice(all, [0, 0], [rows, depth]);
            const a = (transposeA ? transpose(part) : part) as Tensor2D;
            const shape: [number, number] = transposeB ? [columns, depth] : [depth, columns];
            const b = tensor2d(numbers(depth * columns, 2), shape);
            const bias = tensor1d(numbers(columns, 3));
            const call = { a, b, transposeA, transposeB, bias, activation: 'relu' } as const;
            return fused.matMul(call).dataSync() as Float32Array;
          });
        const many = product(12);
        for (const rows of [1, 2]) expect(product(rows)).toEqual(many.subarray(0, rows * columns));
      }
    },
  );

  test.each([1, 2, 3, 4, 7, 16, 33, 66, 130])(
    'of %i rows with themselves: half of it is computed, with the bits of the whole',
    async (rows) => {
      await setBackend('simd');
      tidy(() => {
        const x = tensor2d(numbers(rows * 13), [rows, 13]);
        const copy = tensor2d(numbers(rows * 13), [rows, 13]);
        const columns = transpose(x);
        const expected = [...matMul(x, copy, false, true).dataSync()];
        expect([...matMul(x, x, false, true).dataSync()]).toEqual(expected);
        expect([...matMul(columns, columns, true, false).dataSync()]).toEqual(expected);
      });
      const product = (x: Tensor): Tensor => relu(matMul(x, x, false, true));
      await expectLikeCpu([[rows, 13]], product, { absolute: 1e-4 });
      await expectLikeCpu([[1, rows, 13]], product, { absolute: 1e-4 });
      await expectLikeCpu([[3, rows, 13]], product, { absolute: 1e-4 });
    },
  );

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const)(
    'fused with bias and %s',
    async (activation) => {
      await expectLikeCpu(
        [[6, 13], [13, 10], [10]],
        (a, b, bias): Tensor => fused.matMul({ a, b, bias, activation }),
        { differentiable: activation === 'relu' || activation === 'linear' },
      );
    },
  );

  test('of vectors', async () => {
    await expectLikeCpu([[7], [7]], (a, b) => dot(a, b));
    await expectLikeCpu([[5, 7], [7]], (a, b) => dot(a, b));
  });

  test('with a bias that is no row: by the cpu backend', async () => {
    await expectLikeCpu(
      [
        [6, 13],
        [13, 10],
        [6, 1],
      ],
      (a, b, bias): Tensor => fused.matMul({ a, b, bias }),
      { fast: false, differentiable: false },
    );
  });
});
