import {
  grad,
  memory,
  mul,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../src/random/createRandom.ts';
import { expectAlike } from '../support/expectClose.ts';
import { describeOnSimd, numbers } from '../support/onSimd.ts';
import { watchKernel } from '../support/watchKernel.ts';

type Layer = InstanceType<typeof layers.Layer>;

/** The kernels that have run since `run` began. */
const seen = new Set<string>();
const watched = [
  'SimdBatchNormTraining',
  'SimdBatchNormTrainingGradient',
  'SimdConvolutionInputGradient',
  'SimdDropout',
  'SimdLayerNorm',
  'SimdLayerNormGradient',
  'Relu6',
];

/** Watches the kernels that are to run in place of the layers' own operations. */
function watchKernels(): void {
  for (const kernelName of watched) watchKernel(kernelName, () => seen.add(kernelName));
}

/** What a layer computes while training: its output, all gradients, and its weights afterwards. */
interface Result {
  readonly shapes: number[][];
  readonly values: Float32Array[];
  readonly kernels: string[];
}

async function run(
  backend: string,
  build: () => Layer,
  shape: number[],
  values: Float32Array,
  differentiable = true,
): Promise<Result> {
  await setBackend(backend);
  const layer = build();
  layer.build([null, ...shape.slice(1)]);
  const before = memory().numTensors;
  const result = tidy(() => {
    layer.setWeights(
      layer.weights.map((weight, i) => {
        const size = (weight.shape as number[]).reduce((a, b) => a * b, 1);
        return tensor(
          numbers(size, 11 + i).map((value) => 1.5 + value / 4),
          weight.shape as number[],
        );
      }),
    );
    seen.clear();
    const x = tensor(values, shape);
    const apply = (input: Tensor): Tensor => layer.apply(input, { training: true }) as Tensor;
    const dy = tensor(numbers(values.length, 7), shape);
    const all = [apply(x)];
    if (differentiable) all.push(grad(apply)(x, dy));
    if (differentiable && layer.weights.length > 0) {
      const { value, grads } = variableGrads(() => sum(mul(apply(x), dy)));
      all.push(value, ...Object.values(grads));
    }
    all.push(...layer.getWeights());
    return {
      shapes: all.map((one) => one.shape),
      values: all.map((one) => one.dataSync() as Float32Array),
      kernels: [...seen].sort(),
    };
  });
  expect(memory().numTensors, 'tensors').toBe(before);
  for (const weight of layer.weights) weight.dispose();
  return result;
}

/** Runs `body` while `Math.random` draws from `random`. */
async function withRandom<T>(random: Random, body: () => Promise<T>): Promise<T> {
  const original = Math.random;
  Math.random = random.next;
  try {
    return await body();
  } finally {
    Math.random = original;
  }
}

async function expectLikeCpu(
  build: () => Layer,
  shape: number[],
  kernels: string[],
  { values, differentiable }: { values?: Float32Array; differentiable?: boolean } = {},
): Promise<void> {
  const size = shape.reduce((a, b) => a * b, 1);
  const given = values ?? numbers(size, 3);
  const got = await run('simd', build, shape, given, differentiable);
  const expected = await run('cpu', build, shape, given, differentiable);
  expect(got.kernels).toEqual(kernels);
  expect(got.shapes).toEqual(expected.shapes);
  got.values.forEach((one, i) => {
    expectAlike(one, expected.values[i]!, { relative: 1e-4, absolute: 1e-5 });
  });
}

describeOnSimd('layers of tfjs-layers that are one kernel while training', () => {
  beforeAll(watchKernels);

  describe('batch normalization', () => {
    const fast = ['SimdBatchNormTraining', 'SimdBatchNormTrainingGradient'];
    const build =
      (args = {}) =>
      () =>
        layers.batchNormalization(args);

    test.each([
      ['rows of numbers', [9, 5]],
      ['one row', [1, 8]],
      ['sequences', [3, 7, 12]],
      ['images', [4, 6, 5, 3]],
      ['so many images that threads share them', [8, 20, 20, 18]],
    ])('%s', async (_, shape) => {
      await expectLikeCpu(build(), shape, fast);
    });

    test('numbers far from 0, whose variance is small beside their mean', async () => {
      const values = numbers(600 * 4).map((value) => 300 + value);
      const [, , byInput] = (await run('simd', build(), [600, 4], values)).values;
      const near = numbers(600 * 4);
      const [, , expected] = (await run('simd', build(), [600, 4], near)).values;
      expectAlike(byInput!, expected!, { relative: 1e-3 });
    });

    test.each([
      ['another momentum and epsilon', { momentum: 0.5, epsilon: 0.1 }],
      ['the last axis by its number', { axis: 3 }],
    ])('%s', async (_, args) => {
      await expectLikeCpu(build(args), [3, 4, 4, 6], fast);
    });

    test('by operations: another axis than the last', async () => {
      const differentiable = false; // the gradient of tfjs fails
      await expectLikeCpu(build({ axis: 1 }), [3, 4, 4, 6], [], { differentiable });
    });

    test('by operations: outside of training', async () => {
      await setBackend('simd');
      const layer = layers.batchNormalization({});
      seen.clear();
      layer.apply(tensor(numbers(12), [3, 4]));
      expect([...seen]).toEqual([]);
    });
  });

  describe('layer normalization', () => {
    const fast = ['SimdLayerNorm', 'SimdLayerNormGradient'];
    const build =
      (args = {}) =>
      () =>
        layers.layerNormalization(args);

    test.each([
      ['rows of numbers', [9, 5]],
      ['sequences', [3, 7, 12]],
      ['images', [4, 6, 5, 3]],
      ['so many rows that threads share them', [40, 25, 33]],
      ['rows longer than a part of a sum', [2, 4099]],
    ])('%s', async (_, shape) => {
      await expectLikeCpu(build(), shape, fast);
    });

    test('another epsilon', async () => {
      await expectLikeCpu(build({ epsilon: 0.5 }), [3, 4, 6], fast);
    });

    test.each([
      ['several axes', { axis: [1, 2] }],
      ['no scale', { scale: false }],
      ['no offset', { center: false }],
    ])('by operations: %s', async (_, args) => {
      const differentiable = 'axis' in args; // the gradients of tfjs want both
      await expectLikeCpu(build(args), [3, 4, 6], [], { differentiable });
    });
  });

  describe('dropout', () => {
    test.each([
      ['rows of numbers', [3, 7], 0.25],
      ['images', [4, 6, 5, 3], 0.5],
      ['so many numbers that threads share them', [9, 4099], 0.1],
    ])('%s: the same bits', async (_, shape, rate) => {
      const values = numbers(
        shape.reduce((a, b) => a * b, 1),
        3,
      );
      const build = () => layers.dropout({ rate, seed: 5 });
      const got = await run('simd', build, shape, values);
      expect(got.kernels).toEqual(['SimdDropout']);
      expect(got.values).toEqual((await run('cpu', build, shape, values)).values);
    });

    test('without a seed: by the numbers of Math.random', async () => {
      const build = () => layers.dropout({ rate: 0.3 });
      const values = numbers(100);
      const drawn = (backend: string, seed: number) =>
        withRandom(createRandom(seed), () => run(backend, build, [100], values));
      const [first, second, other] = [
        await drawn('simd', 1),
        await drawn('cpu', 1),
        await drawn('simd', 2),
      ];
      expect(first.values).toEqual(second.values);
      expect(other.values).not.toEqual(first.values);
    });

    test('by operations: whole parts, outside of training, all, or none', async () => {
      const whole = () => layers.dropout({ rate: 0.5, seed: 5, noiseShape: [3, 1] });
      await expectLikeCpu(whole, [3, 4], []);
      for (const rate of [0, 1]) await expectLikeCpu(() => layers.dropout({ rate }), [3, 4], []);
      await setBackend('simd');
      const x = tensor(numbers(12), [3, 4]);
      const y = layers.dropout({ rate: 0.5 }).apply(x) as Tensor;
      expect(y.dataSync()).toEqual(x.dataSync());
    });
  });

  describe('reLU', () => {
    const bends = Float32Array.of(-1, -0, 0, 1, 5.5, 6, 6.5, 100, Number.NaN, 2, 3, 4);

    test('at most 6, at its bends', async () => {
      const build = () => layers.reLU({ maxValue: 6 });
      const values = bends.map((value) => value || 0.5);
      await expectLikeCpu(build, [3, 4], ['Relu6'], { values });
      const isAtBend = await run('simd', build, [3, 4], bends);
      expect(Array.from(isAtBend.values[0]!).slice(0, 8)).toEqual([0, 0, 0, 1, 5.5, 6, 6, 6]);
    });

    test('by operations: another maximum, or none', async () => {
      await expectLikeCpu(() => layers.reLU({ maxValue: 5 }), [3, 4], []);
      await expectLikeCpu(() => layers.reLU({}), [3, 4], []);
    });
  });

  test.each([
    ['batchNormalization', () => layers.batchNormalization({})],
    ['layerNormalization', () => layers.layerNormalization({})],
  ])('the gradient of a gradient is that of the operations, %s', async (_, build) => {
    const at = async (backend: string): Promise<Float32Array> => {
      await setBackend(backend);
      const layer = build();
      const apply = (x: Tensor): Tensor => layer.apply(x, { training: true }) as Tensor;
      const slope = (x: Tensor): Tensor => grad((y) => mul(apply(y), apply(y)))(x);
      return tidy(() => grad(slope)(tensor(numbers(12), [4, 3])).dataSync() as Float32Array);
    };
    expectAlike(await at('simd'), await at('cpu'), { relative: 1e-3, absolute: 1e-4 });
  });

  test('the gradient by the images is not computed where nobody asks for it', async () => {
    await setBackend('simd');
    const layer = layers.conv2d({ filters: 3, kernelSize: 3, useBias: false });
    const x = tensor(numbers(2 * 6 * 6 * 2), [2, 6, 6, 2]);
    layer.apply(x);
    const before = memory().numTensors;
    const used = () => (memory() as unknown as { usedBytes: number }).usedBytes;
    const bytes = used();
    seen.clear();
    tidy(() => void variableGrads(() => sum(layer.apply(x) as Tensor)));
    expect([...seen]).toEqual([]);
    expect([memory().numTensors, used()]).toEqual([before, bytes]);
    tidy(() => grad((y) => layer.apply(y) as Tensor)(x).dataSync());
    expect([...seen]).toEqual(['SimdConvolutionInputGradient']);
  });
});
