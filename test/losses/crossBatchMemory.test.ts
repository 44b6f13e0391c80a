import { grad, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { arcFaceLoss } from '../../src/losses/classification/arcFaceLoss.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { contrastiveLoss } from '../../src/losses/pair/contrastiveLoss.ts';
import { supConLoss } from '../../src/losses/pair/supConLoss.ts';
import { tripletMarginLoss } from '../../src/losses/triplet/tripletMarginLoss.ts';
import { crossBatchMemory } from '../../src/losses/wrappers/crossBatchMemory.ts';
import { batchEasyHardMiner } from '../../src/miners/batchEasyHardMiner.ts';
import { batchHardMiner } from '../../src/miners/batchHardMiner.ts';
import { hdcMiner } from '../../src/miners/hdcMiner.ts';
import { multiSimilarityMiner } from '../../src/miners/multiSimilarityMiner.ts';
import { pairMarginMiner } from '../../src/miners/pairMarginMiner.ts';
import { semiHardMiner } from '../../src/miners/semiHardMiner.ts';
import type { Pairs, Tuples } from '../../src/tuples/tuples.ts';

describe('crossBatchMemory', () => {
  const labels = [0, 0, 1, 1];
  const batch = (shift: number): Tensor2D =>
    tensor2d(Array.from({ length: 4 }, (_, i) => [Math.cos(i + shift), Math.sin(2 * i), shift]));
  const value = (memory: Loss, shift: number): number => {
    const x = batch(shift);
    const loss = memory.compute(x, labels);
    const [number = Number.NaN] = loss.dataSync();
    x.dispose();
    loss.dispose();
    return number;
  };

  test('goes on from a state as if nothing had happened', async () => {
    const first = crossBatchMemory(contrastiveLoss(), { size: 6 });
    value(first, 0.1);
    value(first, 0.2);
    const second = crossBatchMemory(contrastiveLoss(), { size: 6 });
    second.restore(await first.state());
    expect(second.count).toBe(6);
    expect(value(second, 0.3)).toBe(value(first, 0.3));
    expect(value(second, 0.4)).toBe(value(first, 0.4));
  });

  test('forgets', () => {
    const memory = crossBatchMemory(contrastiveLoss());
    const fresh = value(memory, 0.5);
    value(memory, 0.7);
    expect(memory.count).toBe(8);
    memory.reset();
    expect(memory.count).toBe(0);
    expect(value(memory, 0.5)).toBe(fresh);
  });

  test("leaves an anchor's own copy out before mining: easy positives teach", () => {
    const miner = batchEasyHardMiner({ posStrategy: 'easy', negStrategy: 'hard' });
    const memory = crossBatchMemory(tripletMarginLoss({ margin: 3 }), { size: 12, miner });
    // the copy would be the easiest positive of all, and no tuple would be left
    expect(value(memory, 0.1)).toBeGreaterThan(0);
    expect(value(memory, 0.2)).toBeGreaterThan(0);
  });

  test('mines in its first batch what the miner mines in the batch', () => {
    for (const miner of [
      batchEasyHardMiner({ posStrategy: 'easy' }),
      batchEasyHardMiner({ posStrategy: 'semihard', negStrategy: 'hard' }),
      batchHardMiner(),
      hdcMiner(),
      multiSimilarityMiner(),
      pairMarginMiner(),
      semiHardMiner(),
    ]) {
      let reached: Tuples | undefined;
      const inner = contrastiveLoss();
      const memory = crossBatchMemory(
        {
          ...inner,
          compute(x, ids, options) {
            reached = options?.tuples;
            return inner.compute(x, ids, options);
          },
        },
        { miner },
      );
      value(memory, 0.3);
      const x = batch(0.3);
      expect(reached, miner.name).toEqual(miner.mine(x, labels));
      x.dispose();
    }
  });

  test('warms up: the memory holds the current batch alone at first', async () => {
    const make = () => crossBatchMemory(contrastiveLoss(), { size: 12, warmUp: 2 });
    const memory = make();
    const first = crossBatchMemory(contrastiveLoss());
    value(memory, 0.1);
    expect(value(memory, 0.2)).toBe(value(first, 0.2));
    expect(memory.count).toBe(4);
    const resumed = make();
    resumed.restore(await memory.state());
    value(memory, 0.3);
    value(resumed, 0.3);
    expect([memory.count, resumed.count]).toEqual([8, 8]);
  });

  test.each([0, 1, 3, 9])(
    'a snapshot puts all of it back: %i batches of warm-up',
    async (warmUp) => {
      const memory = crossBatchMemory(contrastiveLoss(), { size: 10, warmUp });
      for (const shift of [0.1, 0.2, 0.3]) {
        const before = await memory.state();
        const snapshot = await memory.snapshot?.();
        value(memory, 0.7);
        value(memory, 0.8);
        snapshot?.restore();
        snapshot?.dispose();
        expect(await memory.state()).toEqual(before);
        value(memory, shift);
      }
    },
  );

  test('lets no gradient flow into the memory', () => {
    const memory = crossBatchMemory(tripletMarginLoss({ margin: 1 }));
    value(memory, 0.1);
    const x = batch(0.2);
    const once = grad((e) => memory.compute(e as Tensor2D, labels))(x);
    expect(once.shape).toEqual([4, 3]);
    for (const t of [x, once]) t.dispose();
  });

  test.each<[string, number[][], number[]]>([
    [
      'duplicated embeddings',
      [
        [1, 2, 0],
        [1, 2, 0],
        [0, 1, 1],
        [1, 2, 0],
      ],
      [0, 0, 1, 1],
    ],
    [
      'equal embeddings',
      [
        [1, 2, 0],
        [1, 2, 0],
        [1, 2, 0],
      ],
      [0, 0, 1],
    ],
    [
      'zero vectors',
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [0, 1],
    ],
    [
      'one class',
      [
        [1, 2, 0],
        [0, 1, 1],
        [-1, 0, 3],
      ],
      [4, 4, 4],
    ],
    [
      'all classes different',
      [
        [1, 2, 0],
        [0, 1, 1],
        [-1, 0, 3],
      ],
      [7, 8, 9],
    ],
    ['a batch of one', [[1, 2, 0]], [0]],
    [
      'huge and tiny embeddings',
      [
        [1e9, 2e9, 0],
        [1e-9, 0, 1e-9],
      ],
      [0, 1],
    ],
  ])('is finite, with finite gradients, first and later: %s', (_, rows, ids) => {
    for (const loss of [contrastiveLoss(), tripletMarginLoss({ margin: 1 })]) {
      const memory = crossBatchMemory(loss);
      const x = tensor2d(rows);
      for (let step = 0; step < 2; step++) {
        const { value, grad: gradient } = valueAndGrad((e) => memory.compute(e as Tensor2D, ids))(
          x,
        );
        expect(Number.isFinite(value.dataSync()[0])).toBe(true);
        expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
      }
    }
  });

  test('names the first row that is not finite, and remembers nothing of the batch', () => {
    const memory = crossBatchMemory(contrastiveLoss());
    const bad = tensor2d([
      [1, 2],
      [Number.NaN, 0],
    ]);
    expect(() => memory.compute(bad, [0, 1])).toThrow(
      'crossBatchMemory: expected embeddings to be finite, got NaN in row 1.',
    );
    expect(memory.count).toBe(0);
    bad.dispose();
  });

  test.each([
    ['arcFaceLoss', () => arcFaceLoss({ classes: 2, dims: 3 })],
    ['crossBatchMemory', () => crossBatchMemory(contrastiveLoss())],
  ])('refuses %s, which takes no reference set', (name, make) => {
    expect(() => crossBatchMemory(make())).toThrow(
      `crossBatchMemory: expected a loss over pairs or triplets that accepts a reference set, got ${name}.`,
    );
  });

  test('says what does not fit', async () => {
    expect(() => crossBatchMemory(contrastiveLoss(), { size: 0 })).toThrow(
      'crossBatchMemory: expected size to be a whole number >= 1, got size: 0.',
    );
    const memory = crossBatchMemory(contrastiveLoss(), { size: 3 });
    expect(() => value(memory, 0)).toThrow(
      'crossBatchMemory: expected a batch of at most size (3) embeddings, got 4. Make a larger memory.',
    );
    const other = crossBatchMemory(contrastiveLoss(), { size: 8 });
    value(other, 0);
    const x = tensor2d([[1, 2]]);
    expect(() => other.compute(x, [0])).toThrow(
      'crossBatchMemory: expected embeddings as long as those in memory (3), got 2. Call reset() to start anew.',
    );
    expect(() => other.compute(x, [0], { reference: { embeddings: x, labels: [0] } })).toThrow(
      'crossBatchMemory: expected no reference set: the memory is one, got a reference.',
    );
    expect(() => memory.computeMasked(x, [0], [true])).toThrow(
      'crossBatchMemory: expected a mark for each embedding (1), not all of them true, got 1 marks, 1 of them true.',
    );
    expect(() => memory.computeMasked(x, [0], [false])).toThrow(
      'crossBatchMemory: expected something to remember: the memory is empty, got 1 marks, 0 of them true.',
    );
    const state = await other.state();
    expect(() => memory.restore(state)).toThrow(
      'crossBatchMemory.restore: expected the state of a memory of size 3: embeddings, labels and next, got embeddings [4,3], labels [4], next [1].',
    );
    x.dispose();
  });
});

test('supConLoss counts a pair of the tuples once, also one that is positive and negative', () => {
  const x = tensor2d([
    [1, 0.2],
    [0.3, 0.8],
    [0.9, -0.4],
    [-0.2, 1],
  ]);
  const labels = [0, 1, 0, 1];
  const value = (tuples?: Pairs): number => {
    const loss = crossBatchMemory(supConLoss({ temperature: 0.4 }), { size: 12 });
    const result = loss.compute(x, labels, { tuples });
    const [number = Number.NaN] = result.dataSync();
    result.dispose();
    loss.dispose();
    return number;
  };
  const pair = (anchor: number, partner: number): [Int32Array, Int32Array] => [
    Int32Array.of(anchor),
    Int32Array.of(partner),
  ];
  const [positiveAnchor, positive] = pair(0, 2);
  const [negativeAnchor, negative] = pair(0, 1);
  const repeated = { positiveAnchor, positive, negativeAnchor, negative };
  expect(value(repeated)).toBe(value());
  const none = new Int32Array(0);
  const both = { positiveAnchor: none, positive: none, negativeAnchor, negative: positive };
  expect(value(both)).toBe(value());
  x.dispose();
});
