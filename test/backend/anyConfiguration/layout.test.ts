import {
  add,
  concat,
  cumsum,
  gather,
  gatherND,
  mirrorPad,
  oneHot,
  pad,
  reshape,
  reverse,
  scatterND,
  slice,
  split,
  stack,
  stridedSlice,
  type Tensor,
  tensor,
  tensor1d,
  tile,
  topk,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { operandOf, type RandomCase, shapeOf, tryCases } from '../../support/asOnCpu.ts';
import { describeOnSimd } from '../../support/onSimd.ts';

/** A case for each shape, with settings that depend on it. */
function over<Settings>(
  shapes: fc.Arbitrary<number[]>,
  settings: (shape: number[]) => fc.Arbitrary<Settings>,
  run: (x: Tensor, settings: Settings) => Tensor | Tensor[],
): fc.Arbitrary<RandomCase> {
  return shapes
    .chain((shape) => fc.tuple(operandOf(shape), settings(shape)))
    .map(([x, settings]) => ({
      label: JSON.stringify(settings),
      operands: [x],
      run: (x) => run(x, settings),
    }));
}

const each = (
  shape: readonly number[],
  of: (size: number) => fc.Arbitrary<number>,
): fc.Arbitrary<number[]> => fc.tuple(...shape.map(of));
const axisOf = (shape: readonly number[]): fc.Arbitrary<number> =>
  fc.integer({ min: -shape.length, max: shape.length - 1 });
const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const shapes = shapeOf({ max: 6 }, 4);
const proper = shapeOf({ min: 1, max: 5 }, 5);

describeOnSimd('of any shape and type, as on the cpu backend:', () => {
  test('transpose', async () => {
    const permutations = (shape: number[]): fc.Arbitrary<number[]> =>
      fc.shuffledSubarray([...shape.keys()], { minLength: shape.length });
    await tryCases(over(shapes, permutations, transpose), {}, 100);
  });

  test('pad', async () => {
    const paddings = (
      shape: number[],
    ): fc.Arbitrary<{ paddings: [number, number][]; value: number }> =>
      fc.record({
        paddings: fc.tuple(...shape.map(() => fc.tuple(upTo(2), upTo(2)))),
        value: fc.constantFrom(0, -2, 3),
      });
    await tryCases(
      over(shapeOf({ min: 1, max: 5 }, 4), paddings, (x, { paddings, value }) =>
        pad(x, paddings, value),
      ),
      {},
      100,
    );
  });

  test('mirrorPad, reverse', async () => {
    await tryCases(
      over(shapeOf({ min: 1, max: 4 }, 4), axisOf, (x, axis) => [
        mirrorPad(
          x,
          x.shape.map((size) => (size > 1 ? [1, 1] : [0, 0])),
          'reflect',
        ),
        reverse(x, axis),
      ]),
    );
  });

  test('tile', async () => {
    const repeats = (shape: number[]): fc.Arbitrary<number[]> => each(shape, () => upTo(3));
    await tryCases(over(proper, repeats, tile), {}, 80);
  });

  test('slice', async () => {
    const ranges = (shape: number[]): fc.Arbitrary<[number, number][]> =>
      fc.tuple(
        ...shape.map((size) =>
          upTo(size).chain((begin) =>
            fc.tuple(
              fc.constant(begin),
              fc.oneof(upTo(size - begin), fc.constant(-1)) as fc.Arbitrary<number>,
            ),
          ),
        ),
      );
    await tryCases(
      over(proper, ranges, (x, ranges) =>
        slice(
          x,
          ranges.map(([begin]) => begin),
          ranges.map(([, size]) => size),
        ),
      ),
      {},
      100,
    );
  });

  test('stridedSlice', async () => {
    const strides = (shape: number[]): fc.Arbitrary<number[]> =>
      each(shape, () => fc.constantFrom(1, 2, 3));
    await tryCases(
      over(proper, strides, (x, strides) =>
        stridedSlice(
          x,
          x.shape.map(() => 0),
          x.shape,
          strides,
        ),
      ),
    );
  });

  test('concat', async () => {
    const cases = proper
      .chain((shape) =>
        axisOf(shape).chain((axis) =>
          fc
            .array(upTo(4), { minLength: 1, maxLength: 4 })
            .chain((sizes) =>
              fc.tuple(
                fc.constant(axis),
                fc.tuple(...sizes.map((size) => operandOf(shape.with(axis, size)))),
              ),
            ),
        ),
      )
      .map(
        ([axis, operands]): RandomCase => ({
          label: `along ${axis}`,
          operands,
          run: (...parts) => concat(parts, axis),
        }),
      );
    await tryCases(cases, {}, 80);
  });

  test('stack', async () => {
    const cases = shapeOf({ max: 4 }, 4)
      .chain((shape) =>
        fc.tuple(
          fc.integer({ min: -shape.length - 1, max: shape.length }),
          fc.integer({ min: 1, max: 3 }).chain((count) => {
            const one = operandOf(shape, { floats: true });
            return fc.array(one, { minLength: count, maxLength: count });
          }),
        ),
      )
      .map(
        ([axis, operands]): RandomCase => ({
          label: `along ${axis}`,
          operands,
          run: (...parts) => stack(parts, axis),
        }),
      );
    await tryCases(cases, {}, 80);
  });

  test('unstack', async () => {
    await tryCases(over(proper, axisOf, unstack));
  });

  test('split', async () => {
    const places = (shape: number[]): fc.Arbitrary<[number, number[]]> =>
      axisOf(shape).chain((axis) => {
        const size = shape.at(axis) as number;
        return upTo(size).chain((first) =>
          fc.tuple(fc.constant(axis), fc.constant([first, size - first])),
        );
      });
    await tryCases(
      over(proper, places, (x, [axis, sizes]) => split(x, sizes, axis)),
      {},
      80,
    );
  });

  /** For the gradient along an axis of no length there is an error in the cpu backend. */
  const someLength = shapeOf({ min: 1, max: 4 }).filter((shape) => shape.some((size) => size > 0));

  test('gather', async () => {
    const places = (shape: number[]): fc.Arbitrary<{ axis: number; indices: number[] }> =>
      axisOf(shape)
        .filter((axis) => shape.at(axis) !== 0)
        .chain((axis) =>
          fc.record({
            axis: fc.constant(axis),
            indices: fc.array(upTo(Math.max(0, (shape.at(axis) as number) - 1)), { maxLength: 6 }),
          }),
        );
    await tryCases(
      over(someLength, places, (x, { axis, indices }) =>
        gather(x, tensor1d(indices, 'int32'), axis),
      ),
      {},
      80,
    );
  });

  /** Of an empty batch the cpu backend's kernel complains. */
  const filled = shapeOf({ min: 2, max: 4 }).filter(([batch]) => batch !== 0);

  test('gather by a matrix of indices, and in batches', async () => {
    const places = ([batch = 0, size = 0]: number[]): fc.Arbitrary<{
      batchDims: number;
      indices: number[];
    }> =>
      fc.record({
        batchDims: upTo(1),
        indices: fc.array(upTo(Math.max(0, Math.min(batch, size) - 1)), {
          minLength: 2 * batch,
          maxLength: 2 * batch,
        }),
      });
    await tryCases(
      over(filled, places, (x, { batchDims, indices }) => {
        const matrix = tensor(indices, [x.shape[0] as number, 2], 'int32');
        return gather(x, matrix, batchDims, batchDims);
      }),
      { gradients: false },
      80,
    );
  });

  test('what the cpu backend computes: cumsum, topk, gatherND, scatterND, oneHot', async () => {
    await tryCases(
      over(shapeOf({ min: 1, max: 3 }, 6), axisOf, (x, axis) => {
        const last = x.shape.at(-1) as number;
        const first = x.shape[0] as number;
        return [
          cumsum(x, axis),
          topk(x, Math.min(2, last)).values,
          gatherND(x, tensor(first > 0 ? [0] : [], [Math.min(1, first), 1], 'int32')),
          scatterND(tensor([[1], [2]], [2, 1], 'int32'), add(tensor1d([5, 7]), 1), [4]),
          oneHot(tensor1d([0, 2], 'int32'), 3),
        ];
      }),
      { gradients: false },
    );
  });

  test('reshape, of what is put off too', async () => {
    await tryCases(
      over(
        shapes,
        () => fc.constant(0),
        (x) => reshape(add(x, x), [x.size]),
      ),
    );
  });
});
