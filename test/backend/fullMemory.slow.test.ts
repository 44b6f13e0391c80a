import {
  add,
  conv2d,
  engine,
  fill,
  grads,
  matMul,
  maxPool,
  mean,
  memory,
  type Optimizer,
  relu,
  removeBackend,
  reshape,
  setBackend,
  slice,
  softmax,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tidy,
  tile,
  train,
  variable,
} from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';

import { MemoryFull } from '../../src/backend/memoryFull.ts';
import { expectClose } from '../support/expectClose.ts';
import { isInMemory, numbers, removeSimd } from '../support/onSimd.ts';
import { simdWith } from '../support/simdWith.ts';

const gigabyte = 2 ** 30;

/** Convolution, bias, relu, pooling, product: forward and backward. */
function trainingStep(): Float32Array[] {
  return tidy(() => {
    const shapes = [[4, 10, 10, 16], [3, 3, 16, 16], [16], [256, 5]];
    const operands = shapes.map((shape, i) =>
      tensor(
        numbers(
          shape.reduce((size, length) => size * length, 1),
          1 + i,
        ),
        shape,
      ),
    );
    const loss = (x: Tensor, filter: Tensor, bias: Tensor, weights: Tensor): Tensor => {
      const features = relu(add(conv2d(x as Tensor4D, filter as Tensor4D, 1, 'valid'), bias));
      const pooled = maxPool(features as Tensor4D, 2, 2, 'valid');
      return sum(softmax(matMul(reshape(pooled, [4, 256]), weights as Tensor2D)));
    };
    return grads(loss)(operands).map((gradient) => gradient.dataSync() as Float32Array);
  });
}

async function expectLikeTheCpuBackend(got: Float32Array[]): Promise<void> {
  removeBackend('simd');
  await setBackend('cpu');
  trainingStep().forEach((expected, i) => {
    expectClose(got[i] as Float32Array, expected);
  });
}

afterEach(removeSimd);

describe('a memory that is full', () => {
  test('is an error that says what is held, and leaves all as it was', async () => {
    const { blocks } = await simdWith(64);
    const kept = tidy(() => relu(fill([500_000], 3)));
    const [used, tensors] = [blocks.usedBytes, memory().numTensors];
    expect(() => tidy(() => relu(fill([500_000], 1)))).toThrow(
      'simd backend: expected 1.9 MB of memory for a tensor, got 0.2 MB in one piece: ' +
        'tensors hold 3.8 MB of the 4.0 MB there can be. Dispose of tensors, make the batches smaller, ' +
        'or use the cpu backend, which has no such limit.',
    );
    expect(blocks.usedBytes).toBe(used);
    expect(memory().numTensors).toBe(tensors);
    expect(new Set(kept.dataSync())).toEqual(new Set([3]));
    kept.dispose();
    expect(blocks.usedBytes).toBe(0);
    expect(new Set(tidy(() => relu(fill([500_000], 1))).dataSync())).toEqual(new Set([1]));
  });

  test.each([1, 2, 3, 5, 9, 20])(
    'at %i pages: a training step is done, or an error',
    async (pages) => {
      const { blocks } = await simdWith(pages);
      const { numTensors } = memory();
      let got: Float32Array[] | undefined;
      try {
        got = trainingStep();
      } catch (error) {
        expect(error).toBeInstanceOf(MemoryFull);
      }
      expect(memory()).toMatchObject({ numTensors, usedBytes: 0 });
      expect(blocks.grownBytes).toBeLessThanOrEqual(pages * 65_536);
      if (got) await expectLikeTheCpuBackend(got);
    },
  );

  test('that is all of what 32 bits can address: as any other', async () => {
    const { blocks } = await simdWith();
    // Nothing is written to these: they take addresses, and no memory.
    const taken: number[] = [];
    for (const size of [gigabyte / 2, gigabyte / 16, 2 ** 20, 1000]) {
      try {
        for (;;) taken.push(blocks.allocate(size));
      } catch (error) {
        expect(error).toBeInstanceOf(MemoryFull);
      }
    }
    expect(() => trainingStep()).toThrow(MemoryFull);
    for (const address of taken) blocks.free(address);
    await expectLikeTheCpuBackend(trainingStep());
  });

  test.each([
    ['adam', () => train.adam(0.1)],
    ['sgd', () => train.sgd(0.1)],
    ['momentum', () => train.momentum(0.1, 0.9)],
    ['rmsprop', () => train.rmsprop(0.1)],
    ['rmsprop, centered', () => train.rmsprop(0.1, 0.9, 0.5, 1e-8, true)],
    ['adagrad', () => train.adagrad(0.1)],
    ['adadelta', () => train.adadelta(0.1)],
    ['adamax', () => train.adamax(0.1)],
  ])(
    'a step of %s that does not fit changes nothing, and the next one goes on',
    async (_, make) => {
      const { blocks } = await simdWith(64);
      const sizes = [40_000, 20_000, 7];
      const variables = sizes.map((size) => tidy(() => variable(fill([size], 1))));
      const optimizer: Optimizer = make();
      const step = (): void => {
        optimizer.applyGradients(
          variables.map(({ name, size }) => ({ name, tensor: fill([size], 0.5) })),
        );
      };
      const state = (): string =>
        Object.values(engine().registeredVariables)
          .map((one) => one.dataSync().join())
          .join(';');
      tidy(step);
      const before = state();
      // Less and less is free: the step fails at its first output, its second .. and in the end succeeds.
      let failed = 0;
      for (const free of [
        0, 64, 1000, 80_000, 170_000, 250_000, 330_000, 400_000, 450_000, 1_400_000, 4_194_304,
      ]) {
        const taken: number[] = [];
        while (blocks.largestFreeBytes > free) {
          taken.push(blocks.allocate(blocks.largestFreeBytes - free));
        }
        try {
          tidy(step);
          for (const block of taken) blocks.free(block);
          break;
        } catch (error) {
          expect(error).toBeInstanceOf(MemoryFull);
          failed++;
        }
        for (const block of taken) blocks.free(block);
        expect(state() === before).toBe(true);
      }
      expect(failed).toBeGreaterThan(2);
      expect(state() === before).toBe(false);
      optimizer.dispose();
    },
  );

  test('the first step that does not fit leaves nothing behind', async () => {
    const { blocks } = await simdWith(64);
    const variables = [40_000, 20_000].map((size) => tidy(() => variable(fill([size], 1))));
    const optimizer = train.momentum(0.1, 0.9);
    const step = (): void => {
      const gradients = variables.map(({ name, size }) => ({ name, tensor: fill([size], 0.5) }));
      optimizer.applyGradients(gradients);
    };
    const { numTensors } = memory();
    const taken = blocks.allocate(blocks.largestFreeBytes - 900_000);
    expect(() => tidy(step)).toThrow(MemoryFull);
    blocks.free(taken);
    expect(memory().numTensors).toBe(numTensors);
    expect(variables.flatMap((one) => [...new Set(one.dataSync())])).toEqual([1, 1]);
    tidy(step);
    expect(variables.map((one) => one.dataSync()[0])).toEqual([0.95, 0.95].map(Math.fround));
  });

  test('a tensor larger than any memory: an error, and the backend goes on', async () => {
    await simdWith();
    const row = fill([70_000, 1], 1);
    expect(() => add(row, fill([1, 140_000], 1))).toThrow(
      'simd backend: expected 37384 MB of memory for a tensor',
    );
    expect(Array.from(relu(tensor([-1, 2], [2])).dataSync())).toEqual([0, 2]);
  });
});

test.each([1.9, 2.1, 3.5])('kernels work at addresses from %d GB on', async (gigabytes) => {
  const { blocks } = await simdWith();
  blocks.allocate(gigabytes * gigabyte);
  const x = relu(tensor(numbers(100_000), [100_000])) as Tensor1D;
  expect(isInMemory(x)).toBe(true);
  expectClose(
    x.dataSync(),
    numbers(100_000).map((value) => Math.max(0, value)),
  );
  await expectLikeTheCpuBackend(trainingStep());
});

test('a tensor of 2.2 GB is right in all its parts', async () => {
  await simdWith();
  const [rows, columns] = [2_200, 268_435];
  tidy(() => {
    const row = tensor(numbers(columns), [1, columns]);
    const large = tile(row, [rows, 1]);
    expect(large.size * 4).toBeGreaterThan(2 * gigabyte);
    expectClose(slice(large, [rows - 1, 0], [1, columns]).dataSync(), row.dataSync());
    const total = sum(row).dataSync()[0] as number;
    expectClose(sum(large, 1).dataSync(), new Array(rows).fill(total));
    expectClose(mean(large, 0).dataSync(), row.dataSync());
  });
});
