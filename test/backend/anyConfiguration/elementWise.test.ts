import * as tf from '@tensorflow/tfjs-core';
import {
  add,
  argMax,
  argMin,
  cast,
  clipByValue,
  div,
  leakyRelu,
  logSumExp,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  prod,
  squaredDifference,
  step,
  sub,
  sum,
  type Tensor,
  unsortedSegmentSum,
  where,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { operandOf, type RandomCase, shapeOf, tryCases } from '../../support/asOnCpu.ts';
import { describeOnSimd } from '../../support/onSimd.ts';

type Unary = (x: Tensor) => Tensor;

const unary: Record<string, Unary> = {
  relu: tf.relu,
  relu6: tf.relu6,
  square: tf.square,
  sqrt: tf.sqrt,
  rsqrt: tf.rsqrt,
  neg: tf.neg,
  abs: tf.abs,
  exp: tf.exp,
  log: tf.log,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  elu: tf.elu,
  floor: tf.floor,
  ceil: tf.ceil,
  softplus: tf.softplus,
  selu: tf.selu,
  erf: tf.erf,
  sign: tf.sign,
  step: (x) => step(x, 0.25),
  reciprocal: tf.reciprocal,
  isNaN: tf.isNaN,
  logicalNot: (x) => tf.logicalNot(cast(x, 'bool')),
  'cast to int32': (x) => cast(x, 'int32'),
  'cast to float32': (x) => add(cast(x, 'float32'), 0.5),
  clipByValue: (x) => clipByValue(x, -1, 1),
  leakyRelu: (x) => leakyRelu(x, 0.3),
};

const binary: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  squaredDifference,
  pow: tf.pow,
  mod: tf.mod,
  greater: tf.greater,
  where: (a, b) => where(tf.less(a, b), a, b),
};

const reductions: Record<string, (x: Tensor, axes: number[], keepDims: boolean) => Tensor> = {
  sum,
  mean,
  max,
  min,
  prod,
  logSumExp,
  all: (x, axes, keepDims) => tf.all(cast(x, 'bool'), axes, keepDims),
};

/** Two shapes that can be broadcast: axes of one are 1 or missing in the other. */
const pairOfShapes = shapeOf({ max: 6 }, 4).chain((shape) => {
  const part = fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
    .map(([dropped, single]) =>
      shape.map((size, axis) => (single[axis] ? 1 : size)).slice(single[0] ? dropped : 0),
    );
  return fc.tuple(part, part);
});

describeOnSimd('of any shape and type, as on the cpu backend:', () => {
  test.each(Object.entries(unary))('%s', async (name, operation) => {
    const cases = shapeOf({ max: 6 }, 6)
      .chain((shape) => operandOf(shape))
      .map((x): RandomCase => ({ label: name, operands: [x], run: operation }));
    await tryCases(cases);
  });

  test.each(Object.entries(binary))('%s', async (name, operation) => {
    const cases = pairOfShapes
      .chain(([a, b]) => fc.tuple(operandOf(a), operandOf(b)))
      .map((operands): RandomCase => ({ label: name, operands, run: operation }));
    await tryCases(cases);
  });

  describe('over any axes:', () => {
    test.each(Object.entries(reductions))('%s', async (name, operation) => {
      const cases = shapeOf({ max: 6 }, 5)
        .chain((shape) =>
          fc.tuple(operandOf(shape), fc.subarray([...shape.keys()]), fc.boolean(), fc.boolean()),
        )
        .map(
          ([x, axes, keepDims, fromEnd]): RandomCase => ({
            label: `${name} over ${axes}`,
            operands: [x],
            run: (x) => operation(x, fromEnd ? axes.map((axis) => axis - x.rank) : axes, keepDims),
          }),
        );
      await tryCases(cases);
    });

    test.each([
      ['argMax', argMax],
      ['argMin', argMin],
    ] as const)('%s, ties and NaN too', async (name, operation) => {
      const cases = shapeOf({ min: 1, max: 4 }, 5)
        .chain((shape) => fc.tuple(operandOf(shape), fc.nat(shape.length - 1)))
        .map(
          ([x, axis]): RandomCase => ({
            label: `${name} along ${axis}`,
            operands: [x],
            run: (x) => operation(x, axis),
          }),
        );
      await tryCases(cases, { gradients: false });
    });
  });

  test.each([
    ['softmax', tf.softmax],
    ['logSoftmax', tf.logSoftmax],
  ] as const)('%s', async (name, operation) => {
    const cases = shapeOf({ min: 1, max: 4 }, 20)
      .chain((shape) => operandOf(shape))
      .map((x): RandomCase => ({ label: name, operands: [x], run: (x) => operation(x) }));
    await tryCases(cases);
  });

  test('unsortedSegmentSum', async () => {
    const cases = shapeOf({ min: 1, max: 4 }, 9)
      .chain((shape) =>
        fc.tuple(
          operandOf(shape, { kinds: ['smooth', 'whole'] }), // the cpu backend multiplies by zeros, and spreads NaN
          fc.array(fc.integer({ min: -1, max: 4 }), {
            minLength: shape[0] as number,
            maxLength: shape[0] as number,
          }),
          fc.integer({ min: 1, max: 5 }),
        ),
      )
      .map(
        ([x, ids, segments]): RandomCase => ({
          label: `${ids} in ${segments}`,
          operands: [x],
          run: (x) => unsortedSegmentSum(x, tf.tensor1d(ids, 'int32'), segments),
        }),
      );
    await tryCases(cases);
  });
});
