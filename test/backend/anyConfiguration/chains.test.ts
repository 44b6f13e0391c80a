import {
  add,
  clone,
  concat,
  conv2d,
  depthwiseConv2d,
  leakyRelu,
  matMul,
  maxPool,
  mean,
  mul,
  relu,
  relu6,
  reshape,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { test } from 'vitest';
import { operandOf, type RandomCase, tryCases } from '../../support/asOnCpu.ts';
import { describeOnSimd } from '../../support/onSimd.ts';

const channels = 4;
const shapes = [
  [2, 6, 5, channels], // images
  [3, 3, channels, channels], // a filter
  [channels], // a bias
  [channels, channels], // a matrix
  [3, 3, channels, 1], // a filter for each channel
];

interface Operands {
  readonly filter: Tensor4D;
  readonly bias: Tensor;
  readonly matrix: Tensor2D;
  readonly depthwise: Tensor4D;
}

/** Images to images of as many channels. What a kernel puts off meets all that may come after it. */
const steps: Record<string, (x: Tensor4D, operands: Operands) => Tensor> = {
  convolution: (x, { filter }) => mul(conv2d(x, filter, 1, 'same'), 0.3),
  'bare convolution': (x, { filter }) => conv2d(x, filter, 1, 'same'),
  bias: (x, { bias }) => add(x, bias),
  'bias in front': (x, { bias }) => add(bias, x),
  'the whole twice': (x) => add(x, x),
  relu: (x) => relu(x),
  relu6: (x) => relu6(x),
  leakyRelu: (x) => leakyRelu(x, 0.2),
  'relu of it and itself': (x) => sub(relu(x), mul(x, 0.5)),
  pooling: (x) => maxPool(x, 2, 1, 'same'),
  'pooling apart': (x) => (Math.min(...x.shape.slice(1, 3)) > 1 ? maxPool(x, 2, 2, 'same') : x),
  depthwise: (x, { depthwise }) => depthwiseConv2d(x, depthwise, 1, 'same'),
  product: (x, { matrix }) => reshape(matMul(reshape(x, [-1, channels]), matrix), x.shape),
  'product from the right': (x, { matrix }) =>
    reshape(
      transpose(matMul(matrix, reshape(x, [-1, channels]), false, true) as Tensor2D, [1, 0]),
      x.shape,
    ),
  copy: (x) => clone(x),
  'a look at it': (x) => {
    x.dataSync();
    return x;
  },
  'another shape': (x) => reshape(relu(reshape(x, [x.shape[0], -1])), x.shape),
  'less its mean': (x) => sub(x, mean(x, [1, 2], true)),
  parts: (x) => concat([x, relu(x)], 1),
  'work that nobody wants': (x, { filter }) => {
    tidy(() => void relu(add(conv2d(x, filter, 1, 'same'), 1)));
    return x;
  },
};

describeOnSimd('operations one after the other, as on the cpu backend:', () => {
  test('in any order', async () => {
    const orders = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 1, maxLength: 6 });
    const operands = shapes.map((shape) => operandOf(shape, { floats: true, kinds: ['smooth'] }));
    const cases = fc.tuple(orders, fc.tuple(...operands)).map(
      ([order, operands]): RandomCase => ({
        label: order.join(', '),
        operands,
        run: (images, filter, bias, matrix, depthwise) => {
          const all = { filter, bias, matrix, depthwise } as Operands;
          let x = images as Tensor4D;
          for (const name of order) x = steps[name]?.(x, all) as Tensor4D;
          // Each operand takes part, so that each has a gradient.
          const rest = mean(concat([filter, bias, matrix, depthwise].map((t) => reshape(t, [-1]))));
          return add(x, rest);
        },
      }),
    );
    await tryCases(cases, {}, 80);
  });
});
