import {
  add,
  engine,
  grads,
  type NamedAttrMap,
  type NamedTensorMap,
  setBackend,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { maskedLogSumExp } from '../../../src/ops/maskedLogSumExp.ts';
import { selfProducts } from '../../../src/ops/selfProducts.ts';
import { euclideanDistances, squaredDistances } from '../../../src/ops/squaredDistances.ts';
import { expectAlike } from '../../support/expectClose.ts';
import { describeOnSimd, expectLikeCpu, numbers } from '../../support/onSimd.ts';
import * as reference from '../../support/referenceKernels.ts';

const shapes: [number, number][] = [
  [1, 1],
  [1, 3],
  [3, 4],
  [5, 7],
  [16, 16],
  [17, 33],
  [64, 130],
  [257, 61],
];

/** 0, 1 or 2: how often something counts. */
function counts([rows, columns]: [number, number]): Tensor2D {
  const values = numbers(rows * columns, 5).map((x) => Math.max(0, Math.round(x)));
  return tensor2d(values, [rows, columns]);
}

function run(name: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor[] {
  const result = engine().runKernel<Tensor | Tensor[]>(
    name,
    inputs as NamedTensorMap,
    attrs as NamedAttrMap,
  );
  return Array.isArray(result) ? result : [result];
}

/** Runs a kernel and the same computation in JavaScript on the same operands. */
function expectLikeReference(
  name: string,
  compute: reference.ReferenceKernel,
  inputs: Record<string, Tensor>,
  attrs: object = {},
): void {
  const got = run(name, inputs, attrs);
  const operands = Object.entries(inputs).map(([key, input]) => {
    return [key, { values: input.dataSync() as Float32Array, shape: input.shape }];
  });
  const expected = compute(Object.fromEntries(operands) as never, attrs as never);
  expect(got.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  got.forEach((result, i) => {
    const { values } = expected[i] as reference.ReferenceTensor;
    expectAlike(result.dataSync() as Float32Array, values, { relative: 1e-4, absolute: 1e-5 });
  });
}

describeOnSimd('the operations of losses over pairs', () => {
  test.each(shapes)('log of sums of exponentials, %i x %i', async (...shape) => {
    for (const addOne of [false, true]) {
      await expectLikeCpu(
        [shape],
        (x) => maskedLogSumExp(x as Tensor2D, counts(shape), { addOne, empty: -7 }),
        { relative: 1e-4, absolute: 1e-5 },
      );
    }
  });

  test('log of sums of huge and of tiny numbers', async () => {
    const values = [Float32Array.of(1e4, -1e4, 90, -1e30, 88, 300, -300, 0)];
    const all = (): Tensor2D => tensor2d([1, 0, 1, 1, 1, 1, 0, 1], [2, 4]);
    await expectLikeCpu([[2, 4]], (x) => maskedLogSumExp(x as Tensor2D, all()), { values });
  });

  test.each(shapes)('distances of %i rows of %i floats', async (rows, dims) => {
    const tolerance = { relative: 1e-3, absolute: 1e-4 };
    for (const distances of [squaredDistances, euclideanDistances]) {
      const shape = [rows, dims];
      await expectLikeCpu([shape], (x) => distances(x as Tensor2D, x as Tensor2D), tolerance);
      await expectLikeCpu(
        [shape, [rows + 3, dims]],
        (x, y) => distances(x as Tensor2D, y as Tensor2D),
        tolerance,
      );
    }
  });

  test('equal rows are at 0, with gradient 0, and near ones keep their digits', async () => {
    const near = Float32Array.of(1000, 1, 1000, 1, 1000.01, 1, 0, 0, 0, 0);
    await expectLikeCpu([[5, 2]], (x) => euclideanDistances(x as Tensor2D, x as Tensor2D), {
      values: [near],
      relative: 1e-4,
      absolute: 1e-2,
    });
  });

  test.each(shapes)('products of %i rows of %i floats with themselves', async (...shape) => {
    await expectLikeCpu([shape], (x) => selfProducts(x as Tensor2D), { absolute: 1e-3 });
  });
});

describeOnSimd('private kernels give what plain JavaScript gives', () => {
  beforeEach(async () => {
    await setBackend('simd');
  });

  test.each(shapes)('PairMasks, %i x %i', (rows, columns) => {
    const ids = (count: number): Tensor => {
      return tensor1d(
        Int32Array.from({ length: count }, (_, i) => (i * 7) % 5),
        'int32',
      );
    };
    const inputs = { labels: ids(rows), others: ids(columns) };
    expectLikeReference('SimdPairMasks', reference.pairMasks, inputs, { self: false });
    const same = { labels: ids(rows), others: ids(rows) };
    expectLikeReference('SimdPairMasks', reference.pairMasks, same, { self: true });
  });

  test.each(shapes)('LogSumExp and its gradient, %i x %i', (...shape) => {
    tidy(() => {
      const x = tensor2d(numbers(shape[0] * shape[1]), shape);
      for (const given of [{ x }, { x, counts: counts(shape) }]) {
        const attrs = { addOne: true, empty: 0 };
        expectLikeReference('SimdLogSumExp', reference.logSumExp, given, attrs);
        const [sums] = run('SimdLogSumExp', given, attrs);
        const inputs = { ...given, sums: sums as Tensor, dy: tensor1d(numbers(shape[0], 3)) };
        expectLikeReference('SimdLogSumExpGradient', reference.logSumExpGradient, inputs);
      }
    });
  });

  test.each(shapes)('CrossEntropy and its gradient, %i x %i', (...shape) => {
    tidy(() => {
      const [rows, columns] = shape;
      const x = tensor2d(numbers(rows * columns), shape);
      const targets = tensor1d(
        Int32Array.from({ length: rows }, (_, i) => (i * 7) % columns),
        'int32',
      );
      const [targetX, derivative] = [tensor1d(numbers(rows, 2)), tensor1d(numbers(rows, 3))];
      for (const scale of [1, 30, -2]) {
        for (const margins of [{}, { targetX }, { targetX, derivative }]) {
          const logits = { x, targets, ...('targetX' in margins && { targetX }) };
          expectLikeReference('SimdCrossEntropy', reference.crossEntropy, logits, { scale });
          const [losses] = run('SimdCrossEntropy', logits, { scale }) as [Tensor];
          const inputs = { x, targets, ...margins, losses, dy: tensor1d(numbers(rows, 4)) };
          expectLikeReference('SimdCrossEntropyGradient', reference.crossEntropyGradient, inputs, {
            scale,
          });
        }
      }
    });
  });

  test('cross entropy of logits far apart', () => {
    const x = tensor2d([500, -500, 0, 1e-3, 0, 0], [2, 3]);
    const targets = tensor1d(Int32Array.of(1, 0), 'int32');
    const [losses] = run('SimdCrossEntropy', { x, targets }, { scale: 1 }) as [Tensor];
    expectAlike(losses.dataSync() as Float32Array, Float32Array.of(1000, Math.log(3) - 2e-3 / 3));
    const inputs = { x, targets, losses, dy: tensor1d([1, 1]) };
    const [dx] = run('SimdCrossEntropyGradient', inputs, { scale: 1 }) as [Tensor];
    expectAlike(dx.dataSync() as Float32Array, Float32Array.of(1, -1, 0, -2 / 3, 1 / 3, 1 / 3), {
      relative: 1e-3,
    });
  });

  test.each(shapes)('BoundedSums and its gradient, %i x %i', (...shape) => {
    tidy(() => {
      const values = tensor2d(numbers(shape[0] * shape[1]), shape);
      for (const inputs of [{ values }, { values, counts: counts(shape) }]) {
        for (const [low, high] of [
          [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
          [0, Number.POSITIVE_INFINITY],
          [-1, 1],
        ]) {
          const attrs = { low, high, scale: 0.25 };
          expectLikeReference(
            'SimdBoundedSumsGradient',
            reference.boundedSumsGradient,
            inputs,
            attrs,
          );
          const totals = (rows: Float32Array): number[] =>
            [0, 1, 2].map((at) => rows.filter((_, i) => i % 3 === at).reduce((x, y) => x + y, 0));
          const [sums] = run('SimdBoundedSums', inputs, attrs);
          const operands = Object.entries(inputs).map(([key, input]) => {
            return [key, { values: input.dataSync() as Float32Array, shape }];
          });
          const [expected] = reference.boundedSums(
            Object.fromEntries(operands) as never,
            attrs as never,
          );
          expectAlike(
            Float32Array.from(totals((sums as Tensor).dataSync() as Float32Array)),
            (expected as reference.ReferenceTensor).values,
            { relative: 1e-4, absolute: 1e-4 },
          );
        }
      }
    });
  });

  test('the sums of no values are 0', () => {
    const [sums] = run('SimdBoundedSums', { values: tensor1d([]) }, { low: 0, high: 1 });
    expect([...(sums as Tensor).dataSync()]).toEqual([0, 0, 0]);
  });

  test.each([1, 3, 4, 15, 16, 17, 50, 131])('AddTransposed, %i x %i', (size) => {
    const x = tensor2d(numbers(size * size), [size, size]);
    expectLikeReference('SimdAddTransposed', reference.addTransposed, { x });
  });

  test.each(shapes)('Normalize and its gradient, %i x %i', (...shape) => {
    const x = tensor2d(numbers(shape[0] * shape[1]), shape);
    const dy = tensor2d(numbers(shape[0] * shape[1], 3), shape);
    for (const least of [1e-12, 3]) {
      expectLikeReference('SimdNormalize', reference.normalize, { x }, { least });
      expectLikeReference(
        'SimdNormalizeGradient',
        reference.normalizeGradient,
        { x, dy },
        { least },
      );
    }
  });

  test('huge, tiny and zero rows have a direction, or none', () => {
    const x = tensor2d([3e30, 4e30, 3e-30, 4e-30, 0, 0], [3, 2]);
    const [unit] = run('SimdNormalize', { x }, { least: 1e-35 });
    expectAlike(
      (unit as Tensor).dataSync() as Float32Array,
      Float32Array.of(0.6, 0.8, 0.6, 0.8, 0, 0),
    );
    const [shortest] = run('SimdNormalize', { x }, { least: 1e-42 });
    expectAlike(
      (shortest as Tensor).dataSync() as Float32Array,
      Float32Array.of(0.6, 0.8, 0.6, 0.8, 0, 0),
    );
  });

  test.each(shapes)('DivideOrZero, %i x %i', (...shape) => {
    const a = tensor2d(numbers(shape[0] * shape[1]), shape);
    expectLikeReference('SimdDivideOrZero', reference.divideOrZero, { a, b: counts(shape) });
  });

  test.each(shapes)('RowDistances, %i rows of %i', (rows, dims) => {
    tidy(() => {
      const x = tensor2d(numbers(rows * dims), [rows, dims]);
      const squares = (i: number): number =>
        numbers(rows * dims)
          .subarray(i * dims, (i + 1) * dims)
          .reduce((sum, value) => sum + value * value, 0);
      const xSquares = tensor1d(Float32Array.from({ length: rows }, (_, i) => squares(i)));
      const products = engine().runKernel<Tensor>(
        'BatchMatMul',
        { a: x, b: x },
        { transposeA: false, transposeB: true },
      );
      const inputs = { x, y: x, xSquares, ySquares: xSquares, products };
      for (const root of [false, true]) {
        expectLikeReference('SimdRowDistances', reference.rowDistances, inputs, { root });
      }
    });
  });
});

describe('off the simd backend', () => {
  test('there is one gradient where x stands on both sides', async () => {
    await setBackend('cpu');
    const x = tensor2d([1, 2, 3, 5], [2, 2]);
    const [once] = grads((rows: Tensor) => euclideanDistances(rows as Tensor2D, rows as Tensor2D))([
      x,
    ]);
    const [left, right] = grads((a: Tensor, b: Tensor) =>
      euclideanDistances(a as Tensor2D, b as Tensor2D),
    )([x, x.clone()]);
    const both = add(left as Tensor, right as Tensor).dataSync() as Float32Array;
    expectAlike((once as Tensor).dataSync() as Float32Array, both, { relative: 1e-6 });
  });
});
