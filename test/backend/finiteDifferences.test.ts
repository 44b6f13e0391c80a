import {
  abs,
  add,
  avgPool,
  batchNorm,
  ceil,
  clipByValue,
  concat,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  div,
  elu,
  exp,
  floor,
  fused,
  gather,
  grads,
  leakyRelu,
  log,
  logSoftmax,
  matMul,
  max,
  maximum,
  maxPool,
  mean,
  min,
  minimum,
  mul,
  neg,
  pad,
  relu,
  relu6,
  reverse,
  rsqrt,
  setBackend,
  sigmoid,
  slice,
  softmax,
  split,
  sqrt,
  square,
  squaredDifference,
  stack,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tanh,
  tensor,
  tensor1d,
  tensor4d,
  tidy,
  tile,
  transpose,
  unsortedSegmentSum,
  unstack,
} from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { simdKernels } from '../../src/backend/installKernels.ts';
import type { SimdKernelName } from '../../src/backend/kernelNames.ts';
import { crossEntropy } from '../../src/losses/internal/crossEntropy.ts';
import type { TargetMargin } from '../../src/losses/internal/targetMargin.ts';
import { describeOnSimd, isInMemory, numbers } from '../support/onSimd.ts';
import { watchKernel } from '../support/watchKernel.ts';

type Operation = (...operands: Tensor[]) => Tensor;
const unary: number[][] = [[3, 7]];
const pair: number[][] = [
  [3, 7],
  [3, 7],
];
const image = [2, 6, 6, 5];
const ids = (...values: number[]): Tensor1D => tensor1d(values, 'int32');

const targets = { ids: Int32Array.of(6, 0, 3), classes: 7 };
const halfOfSquare: TargetMargin = (x) => ({ value: mul(square(x), 0.5), derivative: () => x });

/** Bends are kept away from the operands (see awayFromBends), where a difference would straddle two slopes. */
const operations: [name: string, shapes: number[][], operation: Operation][] = [
  ['add', pair, add],
  ['add, a row', [[3, 7], [7]], add],
  ['sub', pair, sub],
  ['mul', pair, mul],
  [
    'mul, a column',
    [
      [3, 7],
      [3, 1],
    ],
    mul,
  ],
  ['div', pair, div],
  ['maximum', pair, (a, b) => maximum(a, mul(b, 5))],
  ['minimum', pair, (a, b) => minimum(a, mul(b, 5))],
  ['squaredDifference', pair, squaredDifference],
  ['relu', unary, relu],
  ['relu6', unary, (x) => relu6(mul(x, 4))],
  ['leakyRelu', unary, (x) => leakyRelu(x, 0.3)],
  ['clipByValue', unary, (x) => clipByValue(mul(x, 3), -4.5, 4.5)],
  ['elu', unary, elu],
  ['sigmoid', unary, sigmoid],
  ['tanh', unary, tanh],
  ['exp', unary, exp],
  ['log', unary, (x) => log(abs(x))],
  ['square', unary, square],
  ['sqrt', unary, (x) => sqrt(abs(x))],
  ['rsqrt', unary, (x) => rsqrt(abs(x))],
  ['neg', unary, neg],
  ['abs', unary, abs],
  ['floor', unary, (x) => floor(mul(x, 0.5))],
  ['ceil', unary, (x) => ceil(mul(x, 0.5))],
  ['step', unary, (x) => step(x, 0.3)],
  ['softmax', unary, (x) => softmax(x)],
  ['logSoftmax', unary, (x) => logSoftmax(x)],
  ['cross entropy', unary, (x) => crossEntropy(x as Tensor2D, targets, { scale: -1.5 }).values],
  [
    'cross entropy with a margin',
    unary,
    (x) => crossEntropy(x as Tensor2D, targets, { margin: halfOfSquare, scale: 1.5 }).values,
  ],
  ['sum', [[3, 4, 5]], (x) => sum(x, 1)],
  ['mean', [[3, 4, 5]], (x) => mean(x, [0, 1])],
  ['mean, of axes apart', [[3, 4, 5]], (x) => mean(x, [0, 2])],
  ['max', [[3, 4, 5]], (x) => max(x, 2)],
  ['min', [[3, 4, 5]], (x) => min(x, 0)],
  [
    'matMul',
    [
      [5, 6],
      [6, 9],
    ],
    (a, b) => matMul(a, b),
  ],
  [
    'matMul, with a bias in one kernel',
    [[5, 6], [6, 9], [9]],
    (a, b, bias) => fused.matMul({ a, b, bias }),
  ],
  [
    'matMul, both transposed',
    [
      [6, 5],
      [9, 6],
    ],
    (a, b) => matMul(a, b, true, true),
  ],
  ['conv2d', [image, [3, 3, 5, 7]], (x, f) => conv2d(x as Tensor4D, f as Tensor4D, 1, 'same')],
  [
    'conv2d, stride 2',
    [image, [3, 2, 5, 7]],
    (x, f) => conv2d(x as Tensor4D, f as Tensor4D, 2, 'valid'),
  ],
  [
    'conv2d, sizes for which there is a faster algorithm',
    [
      [4, 8, 8, 16],
      [3, 3, 16, 16],
    ],
    (x, f) => conv2d(x as Tensor4D, f as Tensor4D, 1, 'same'),
  ],
  [
    'conv2d, with a bias in one kernel',
    [image, [3, 3, 5, 7], [7]],
    (x, filter, bias) =>
      fused.conv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        bias: bias as Tensor1D,
        strides: 1,
        pad: 'same',
      }),
  ],
  [
    'conv2dTranspose',
    [image, [3, 3, 4, 5]],
    (x, f) => conv2dTranspose(x as Tensor4D, f as Tensor4D, [2, 12, 12, 4], 2, 'same'),
  ],
  [
    'depthwiseConv2d',
    [image, [3, 3, 5, 1]],
    (x, f) => depthwiseConv2d(x as Tensor4D, f as Tensor4D, 1, 'same'),
  ],
  [
    'depthwiseConv2d, two filters a channel',
    [image, [3, 3, 5, 2]],
    (x, f) => depthwiseConv2d(x as Tensor4D, f as Tensor4D, 2, 'same'),
  ],
  [
    'depthwiseConv2d, with a bias in one kernel',
    [image, [3, 3, 5, 1], [5]],
    (x, filter, bias) =>
      fused.depthwiseConv2d({
        x: x as Tensor4D,
        filter: filter as Tensor4D,
        bias: bias as Tensor1D,
        strides: 1,
        pad: 'same',
      }),
  ],
  ['maxPool', [image], (x) => maxPool(x as Tensor4D, 2, 2, 'valid')],
  ['avgPool', [image], (x) => avgPool(x as Tensor4D, 3, 1, 'valid')],
  [
    'batchNorm',
    [[6, 5], [5], [5], [5], [5]],
    (x, m, v, o, s) =>
      batchNorm(x, m as Tensor1D, abs(v) as Tensor1D, o as Tensor1D, s as Tensor1D),
  ],
  ['gather', [[4, 5]], (x) => gather(x, ids(3, 0, 3, 1))],
  ['unsortedSegmentSum', [[5, 3]], (x) => unsortedSegmentSum(x, ids(2, 0, 2, 1, 0), 3)],
  ['concat', pair, (a, b) => concat([a, b], 1)],
  [
    'conv2d of few channels, relu, max pooling: by filter and bias',
    [[3, 3, 1, 5], [5]],
    (filter, bias) => {
      const x = tensor4d(numbers(8 * 36, 3), [8, 6, 6, 1]);
      const y = relu(add(conv2d(x, filter as Tensor4D, 1, 'valid'), mul(bias, 20)));
      return maxPool(y as Tensor4D, 2, 2, 'valid');
    },
  ],
  ['stack', pair, (a, b) => stack([a, b], 1)],
  ['unstack', unary, (x) => unstack(x, 1)[3] as Tensor],
  ['slice', [[4, 5, 6]], (x) => slice(x, [1, 2, 3], [2, 3, 2])],
  ['split', [[4, 9]], (x) => split(x, 3, 1)[1] as Tensor],
  [
    'pad',
    unary,
    (x) =>
      pad(x, [
        [1, 2],
        [0, 3],
      ]),
  ],
  ['tile', unary, (x) => tile(x, [2, 3])],
  ['reverse', [[3, 4, 5]], (x) => reverse(x, [0, 2])],
  ['transpose', [[3, 4, 5]], (x) => transpose(x, [2, 0, 1])],
];

describeOnSimd('gradients and finite differences', () => {
  const seen = new Set<string>();
  beforeAll(() => {
    for (const { kernelName } of simdKernels) note(kernelName, seen);
  });

  test.each(operations)('%s', async (_, shapes, operation) => {
    await setBackend('simd');
    const values = shapes.map((shape, i) => awayFromBends(size(shape), 11 + i));
    const directions = shapes.map((shape, i) => numbers(size(shape), 31 + i));
    const at = (step: number): Tensor[] =>
      shapes.map((shape, i) => {
        const direction = directions[i] as Float32Array;
        return tensor(
          (values[i] as Float32Array).map((x, j) => x + step * (direction[j] as number)),
          shape,
        );
      });

    tidy(() => {
      const out = operation(...at(0));
      const weights = numbers(out.size, 51);
      const objective = (step: number): number => dot(operation(...at(step)).dataSync(), weights);
      const h = 2e-3;
      const difference = (objective(h) - objective(-h)) / (2 * h);
      const slopes = grads(operation)(at(0), tensor(weights, out.shape));
      const slope = slopes
        .map((gradient, i) => dot(gradient.dataSync(), directions[i] as Float32Array))
        .reduce((total, part) => total + part);
      const scale = Math.sqrt(dot(weights, weights)) + Math.abs(slope);
      expect(Math.abs(difference - slope) / scale, `${difference} and ${slope}`).toBeLessThan(2e-3);
    });
  });

  test('every kernel that the backend replaces took part', () => {
    // Private kernels that losses ask for by name have their gradients in kernels/pairs.test.ts.
    const missing = simdKernels.filter(
      ({ kernelName }) => !seen.has(kernelName) && !requestedByName.includes(kernelName),
    );
    expect(missing.map(({ kernelName }) => kernelName)).toEqual([]);
  });
});

const requestedByName: readonly SimdKernelName[] = [
  'SimdAdam', // an optimizer's step, which has no gradient
  'SimdAddTransposed',
  'SimdBatchNormTraining', // and its gradient: layers.test.ts
  'SimdBatchNormTrainingGradient',
  'SimdBoundedSums',
  'SimdBoundedSumsGradient',
  'SimdDivideOrZero',
  'SimdDrawn', // of no input
  'SimdDropout', // layers.test.ts
  'SimdLayerNorm', // and its gradient: layers.test.ts
  'SimdLayerNormGradient',
  'SimdLogSumExp',
  'SimdLogSumExpGradient',
  'SimdMovingAverage', // has no gradient
  'SimdNormalize',
  'SimdNormalizeGradient',
  'SimdPairMasks',
  'SimdRecurrent', // and its gradient: recurrent.slow.test.ts
  'SimdRecurrentGradient',
  'SimdRowDistances',
  'SimdSums', // has no gradient
];

/** Notes a kernel in `seen` when it has run, unless the cpu backend's did the work. */
function note(kernelName: string, seen: Set<string>): void {
  watchKernel(kernelName, (result) => {
    const [first] = [result].flat();
    if (first && isInMemory(first)) seen.add(kernelName);
  });
}

/** Between 0.3 and 1.9 away from 0, on both sides. */
function awayFromBends(count: number, seed: number): Float32Array {
  return numbers(count, seed).map((x) => Math.sign(x) * (0.3 + 0.8 * Math.abs(x)));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
