import { grad, type Tensor2D, tensor2d, valueAndGrad } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { arcFaceLoss } from '../../src/losses/arcFaceLoss.ts';
import { contrastiveLoss } from '../../src/losses/contrastiveLoss.ts';
import { crossBatchMemory } from '../../src/losses/crossBatchMemory.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { multiSimilarityLoss } from '../../src/losses/multiSimilarityLoss.ts';
import { ntXentLoss } from '../../src/losses/ntXentLoss.ts';
import { tripletMarginLoss } from '../../src/losses/tripletMarginLoss.ts';
import type { Tuples } from '../../src/tuples/tuples.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';
import { reference } from '../support/reference.ts';
import { minerOf, sortedTuples } from '../support/referenceMiners.ts';

interface Step {
  embeddings: number[][];
  labels: number[];
  indices_tuple?: number[][];
  enqueue_mask?: boolean[];
  expected: {
    loss: number;
    grad_embeddings: number[][];
    queue_idx: number;
    has_been_filled: boolean;
    memory_labels: number[];
    indices_tuple_sorted: number[][][];
  };
}

interface Case {
  id: string;
  kind: string;
  params: { memory_size: number };
  inner: { loss: string; params: Record<string, number> };
  miner: { type: string } | null;
  steps: Step[];
}

const cases = reference<Case>('wrappers').filter((c) => c.kind === 'CrossBatchMemory');

const inner: Record<string, (params: Record<string, number>) => Loss> = {
  ContrastiveLoss: ({ pos_margin = 0, neg_margin = 1 }) =>
    contrastiveLoss({ posMargin: pos_margin, negMargin: neg_margin }),
  MultiSimilarityLoss: ({ alpha = 2, beta = 50, base = 0.5 }) =>
    multiSimilarityLoss({ alpha, beta, base }),
  NTXentLoss: ({ temperature = 0.07 }) => ntXentLoss({ temperature }),
  TripletMarginLoss: ({ margin = 0.05 }) => tripletMarginLoss({ margin }),
};

/** A loss that tells with which tuples it was called. */
function watched(loss: Loss): { loss: Loss; tuples(): Tuples } {
  let seen: Tuples | undefined;
  return {
    loss: {
      ...loss,
      compute(embeddings, labels, tuples, set) {
        seen = tuples;
        return loss.compute(embeddings, labels, tuples, set);
      },
    },
    tuples: () => seen as Tuples,
  };
}

describe('crossBatchMemory', () => {
  test.each(cases)('matches the reference: $id', async (c) => {
    const innerLoss = inner[c.inner.loss] as (typeof inner)[string];
    const { loss, tuples } = watched(innerLoss(c.inner.params));
    const { type = '', ...options } = c.miner ?? {};
    const memory = crossBatchMemory(loss, {
      size: c.params.memory_size,
      ...(c.miner && { miner: minerOf(type, options) }),
    });

    for (const { embeddings, labels, indices_tuple, enqueue_mask, expected } of c.steps) {
      const [anchor, positive, negative] = (indices_tuple ?? []).map((column) =>
        Int32Array.from(column),
      );
      const extra = indices_tuple && ({ anchor, positive, negative } as Tuples);
      expectNoLeak(() => {
        const x = tensor2d(embeddings);
        const { value, grad: gradient } = valueAndGrad((e) =>
          enqueue_mask
            ? memory.computeMasked(e as Tensor2D, labels, enqueue_mask, extra)
            : memory.compute(e as Tensor2D, labels, extra),
        )(x);
        expectClose(value.dataSync(), [expected.loss]);
        expectClose(gradient.dataSync(), expected.grad_embeddings.flat(), { relative: 1e-3 });
        for (const t of [x, value, gradient]) t.dispose();
      });
      const found = sortedTuples(tuples());
      expect('triplets' in found ? [found.triplets] : [found.pos, found.neg]).toEqual(
        expected.indices_tuple_sorted,
      );
      const state = await memory.state();
      expect([...(state['labels']?.values ?? [])]).toEqual(expected.memory_labels);
      expect(state['next']?.values[0]).toBe(expected.queue_idx);
      expect(memory.count === c.params.memory_size).toBe(expected.has_been_filled);
    }
  });

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

  test('lets no gradient flow into the memory', () => {
    const memory = crossBatchMemory(tripletMarginLoss({ margin: 1 }));
    value(memory, 0.1);
    const x = batch(0.2);
    const once = grad((e) => memory.compute(e as Tensor2D, labels))(x);
    expect(once.shape).toEqual([4, 3]);
    for (const t of [x, once]) t.dispose();
  });

  test.each([
    ['arcFaceLoss', () => arcFaceLoss({ classes: 2, dims: 3 })],
    ['crossBatchMemory', () => crossBatchMemory(contrastiveLoss())],
  ])('refuses %s, which takes no reference set', (name, make) => {
    expect(() => crossBatchMemory(make())).toThrow(
      `crossBatchMemory: expected a loss over pairs or triplets that takes a reference set, got ${name}.`,
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
    expect(() => other.compute(x, [0], undefined, { embeddings: x, labels: [0] })).toThrow(
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
