import {
  avgPool,
  batchNorm,
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  depthwiseConv2d,
  dot,
  fused,
  localResponseNormalization,
  matMul,
  maxPool,
  maxPool3d,
  pool,
  separableConv2d,
  square,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { operandOf, type RandomCase, tryCases } from '../../support/asOnCpu.ts';
import { describeOnSimd } from '../../support/onSimd.ts';

type Sides = [number, number];
type Pad = 'same' | 'valid' | number | [Sides, Sides, Sides, Sides];
const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

const finite = { floats: true, kinds: ['smooth', 'whole'] } as const;
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
/** Now and then none at all. */
const some = (max: number): fc.Arbitrary<number> =>
  fc.oneof({ arbitrary: whole(1, max), weight: 15 }, { arbitrary: fc.constant(0), weight: 1 });
const sides = (max: number): fc.Arbitrary<Sides> => fc.tuple(whole(1, max), whole(1, max));
const paddings: fc.Arbitrary<Pad> = fc.oneof(
  fc.constantFrom<Pad>('same', 'valid', 0, 1, 2),
  fc.tuple(whole(0, 2), whole(0, 2), whole(0, 2), whole(0, 2)).map(
    ([top, bottom, left, right]): Pad => [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
  ),
);

/** Images and a window over them. */
const windows = fc.record({
  batch: some(6),
  size: sides(9),
  channels: fc.oneof(some(9), fc.constantFrom(16, 20)),
  filters: fc.oneof(some(9), fc.constantFrom(16, 24)),
  sides: fc.oneof(sides(4), fc.constant<Sides>([3, 3])),
  strides: fc.oneof(fc.constant<Sides>([1, 1]), sides(3)),
  dilations: fc.oneof(fc.constant<Sides>([1, 1]), fc.constant<Sides>([1, 1]), sides(3)),
  pad: paddings,
  dataFormat: fc.constantFrom('NHWC' as const, 'NHWC', 'NHWC', 'NCHW'),
  rounding: fc.constantFrom(undefined, 'floor' as const, 'ceil', 'round'),
  isSingle: fc.nat(7).map((n) => n === 0),
});
type Window = typeof windows extends fc.Arbitrary<infer Value> ? Value : never;

/** A case for each window: shapes of the operands, and what is done. */
function over(
  of: (window: Window) => { shapes: number[][]; run: RandomCase['run'] },
): fc.Arbitrary<RandomCase> {
  return windows.chain((window) => {
    const { shapes, run } = of(window);
    const operands = shapes.map((shape) => operandOf(shape, finite));
    return fc.tuple(...operands).map((operands) => ({
      label: JSON.stringify(window),
      operands,
      run,
    }));
  });
}

function imageShape({ batch, size, channels, dataFormat, isSingle }: Window): number[] {
  const image = dataFormat === 'NHWC' ? [...size, channels] : [channels, ...size];
  return isSingle ? image : [batch, ...image];
}

/** tfjs rounds where the padding is a number, and complains of the mode elsewhere. */
function roundingOf({ pad, rounding }: Window): 'floor' | 'ceil' | 'round' | undefined {
  return typeof pad === 'number' ? (rounding ?? 'floor') : undefined;
}

describeOnSimd('of any shape and setting, as on the cpu backend:', () => {
  test('conv2d', async () => {
    const cases = over((window) => ({
      shapes: [imageShape(window), [...window.sides, window.channels, window.filters]],
      run: (x, filter) =>
        conv2d(
          x as Tensor4D,
          filter as Tensor4D,
          window.strides,
          window.pad,
          window.dataFormat,
          window.dilations,
          roundingOf(window),
        ),
    }));
    await tryCases(cases, {}, 80);
  });

  test('conv2d with a bias and an activation in one', async () => {
    const cases = windows
      .chain((window) => fc.tuple(fc.constant(window), fc.constantFrom(...activations), fc.nat(3)))
      .chain(([window, activation, odd]) => {
        const channels = odd === 0 ? 1 : window.filters;
        const shapes = [
          imageShape(window),
          [...window.sides, window.channels, window.filters],
          [channels],
          ...(activation === 'prelu' ? [[window.filters]] : []),
        ];
        const operands = shapes.map((shape) =>
          operandOf(shape, { floats: true, kinds: ['smooth'] }),
        );
        return fc.tuple(...operands).map(
          (operands): RandomCase => ({
            label: JSON.stringify({ ...window, activation }),
            operands,
            run: (x, filter, bias, alpha) =>
              fused.conv2d({
                x: x as Tensor4D,
                filter: filter as Tensor4D,
                strides: window.strides,
                pad: window.pad,
                dilations: window.dilations,
                bias: bias as Tensor1D,
                activation,
                leakyreluAlpha: 0.2,
                ...(alpha && { preluActivationWeights: alpha }),
              }),
          }),
        );
      });
    await tryCases(cases, {}, 80);
  });

  test('conv2dTranspose', async () => {
    const cases = over((window) => {
      const { batch, size, channels, filters, strides, sides: filter } = window;
      const pad = typeof window.pad === 'string' ? window.pad : 'valid';
      const [height, width] = size.map((length, i) =>
        pad === 'same'
          ? length * (strides[i] as number)
          : (length - 1) * (strides[i] as number) + (filter[i] as number),
      ) as Sides;
      return {
        shapes: [
          [batch, ...size, channels],
          [...filter, filters, channels],
        ],
        run: (x, f) =>
          conv2dTranspose(
            x as Tensor4D,
            f as Tensor4D,
            [batch, height, width, filters],
            strides,
            pad,
          ),
      };
    });
    await tryCases(cases, {}, 30);
  });

  test('depthwiseConv2d', async () => {
    const cases = over((window) => ({
      shapes: [
        imageShape({ ...window, dataFormat: 'NHWC' }),
        [...window.sides, window.channels, 1 + (window.filters % 3)],
      ],
      run: (x, filter) =>
        depthwiseConv2d(
          x as Tensor4D,
          filter as Tensor4D,
          window.strides,
          window.pad,
          'NHWC',
          window.dilations,
          roundingOf(window),
        ),
    }));
    await tryCases(cases, {}, 80);
  });

  test('separableConv2d', async () => {
    const cases = over((window) => ({
      shapes: [
        imageShape({ ...window, dataFormat: 'NHWC' }),
        [...window.sides, window.channels, 2],
        [1, 1, 2 * window.channels, window.filters],
      ],
      run: (x, depthwise, pointwise) =>
        separableConv2d(
          x as Tensor4D,
          depthwise as Tensor4D,
          pointwise as Tensor4D,
          window.strides,
          window.pad as 'same',
          window.dilations,
        ),
    }));
    await tryCases(cases, {}, 60);
  });

  test.each([
    ['maxPool', maxPool],
    ['avgPool', avgPool],
  ] as const)('%s', async (_, operation) => {
    const cases = over((window) => ({
      shapes: [imageShape({ ...window, dataFormat: 'NHWC' })],
      run: (x) =>
        operation(
          x as Tensor4D,
          window.sides,
          window.strides,
          window.pad as 'same',
          roundingOf(window),
        ),
    }));
    await tryCases(cases, {}, 150);
  });

  test('pooling with dilations, of NaN and infinities too', async () => {
    const cases = windows
      .chain((window) =>
        fc.tuple(
          fc.constant(window),
          operandOf(imageShape({ ...window, dataFormat: 'NHWC' })),
          fc.constantFrom('max' as const, 'avg'),
        ),
      )
      .map(
        ([window, x, type]): RandomCase => ({
          label: JSON.stringify({ ...window, type }),
          operands: [x],
          run: (x) =>
            pool(
              x as Tensor4D,
              window.sides,
              type,
              typeof window.pad === 'string' ? window.pad : 0,
              window.dilations,
              window.strides,
            ),
        }),
      );
    await tryCases(cases, { gradients: false }, 100);
  });

  test('operations in one and three dimensions', async () => {
    const cases = over(({ batch, size, channels, filters, sides: [side], pad, strides }) => {
      const padding = typeof pad === 'string' ? pad : 'same';
      return {
        shapes: [
          [batch, size[0], channels],
          [side, channels, filters],
          [1, 2, ...size, 2],
          [1, side, side, 2, 3],
        ],
        run: (line, filter, solid, cube) => [
          conv1d(line as Tensor3D, filter as Tensor3D, strides[0], padding),
          maxPool3d(solid as Tensor5D, [1, side, side], 1, padding),
          conv3d(solid as Tensor5D, cube as Tensor5D, 1, 'same'),
        ],
      };
    });
    await tryCases(cases, { gradients: false }, 40);
  });

  test('matMul', async () => {
    const cases = fc
      .record({
        outer: fc.array(whole(1, 3), { maxLength: 2 }),
        alone: fc.constantFrom('neither', 'neither', 'a', 'b'),
        rows: some(20),
        depth: some(20),
        columns: some(20),
        transposeA: fc.boolean(),
        transposeB: fc.boolean(),
      })
      .chain(({ outer, alone, rows, depth, columns, transposeA, transposeB }) => {
        const ones = outer.map(() => 1);
        const a = transposeA ? [depth, rows] : [rows, depth];
        const b = transposeB ? [columns, depth] : [depth, columns];
        const shapes = [
          [...(alone === 'a' ? ones : outer), ...a],
          [...(alone === 'b' ? ones : outer), ...b],
        ];
        return fc.tuple(...shapes.map((shape) => operandOf(shape))).map(
          (operands): RandomCase => ({
            label: `${transposeA} ${transposeB}`,
            operands,
            run: (a, b) => matMul(a, b, transposeA, transposeB),
          }),
        );
      });
    await tryCases(cases, {}, 150);
  });

  test('dot, of vectors and matrices', async () => {
    const cases = fc
      .constantFrom(
        [[5], [5]],
        [[5], [5, 3]],
        [[4, 5], [5]],
        [
          [4, 5],
          [5, 6],
        ],
      )
      .chain((shapes) => fc.tuple(...shapes.map((shape) => operandOf(shape))))
      .map((operands): RandomCase => ({ label: 'dot', operands, run: (a, b) => dot(a, b) }));
    await tryCases(cases);
  });

  test('fused matMul', async () => {
    const cases = fc
      .tuple(some(9), some(9), some(20), fc.constantFrom(...activations), fc.nat(4))
      .chain(([rows, depth, columns, activation, odd]) => {
        const shapes = [
          [rows, depth],
          [depth, columns],
          odd === 0 ? [1] : odd === 1 ? [1, columns] : [columns],
          ...(activation === 'prelu' ? [[columns]] : []),
        ];
        return fc.tuple(...shapes.map((shape) => operandOf(shape, { floats: true }))).map(
          (operands): RandomCase => ({
            label: activation,
            operands,
            run: (a, b, bias, alpha) =>
              fused.matMul({
                a,
                b,
                bias: bias as Tensor,
                activation,
                leakyreluAlpha: 0.2,
                ...(alpha && { preluActivationWeights: alpha }),
              }),
          }),
        );
      });
    await tryCases(cases, {}, 150);
  });

  test('batchNorm', async () => {
    const cases = fc
      .tuple(fc.array(some(5), { minLength: 2, maxLength: 4 }), fc.boolean(), fc.nat(3))
      .chain(([shape, isWhole, given]) => {
        const row = isWhole ? shape : shape.slice(-1);
        const shapes = [shape, row, row, row, row];
        return fc.tuple(...shapes.map((shape) => operandOf(shape, finite))).map(
          (operands): RandomCase => ({
            label: `${given}`,
            operands,
            run: (x, mean, variance, offset, scale) =>
              batchNorm(
                x,
                mean as Tensor1D,
                square(variance) as Tensor1D,
                given & 1 ? (offset as Tensor1D) : undefined,
                given & 2 ? (scale as Tensor1D) : undefined,
              ),
          }),
        );
      });
    await tryCases(cases, { gradients: false }, 100);
  });

  test('localResponseNormalization, which the cpu backend computes', async () => {
    const cases = over((window) => ({
      shapes: [imageShape({ ...window, dataFormat: 'NHWC' })],
      run: (x) => localResponseNormalization(x as Tensor4D),
    }));
    await tryCases(cases, {}, 20);
  });
});
