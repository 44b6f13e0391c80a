import { crossBatchMemory } from '../../../src/losses/crossBatchMemory.ts';
import type { Loss } from '../../../src/losses/loss.ts';
import type { Tuples } from '../../../src/tuples/tuples.ts';
import { type LossSpec, lossOf } from '../../support/referenceLosses.ts';
import { minerOf, sortedTuples } from '../../support/referenceMiners.ts';
import { expectRefused, expectSame } from './compare.ts';
import { disposeLoss, evaluate, expectEvaluation, type LossCase } from './losses.ts';

/** A case of `wrappers.json` of kind CrossBatchMemory: consecutive calls on one memory. */
export interface MemoryCase {
  id: string;
  params: { memory_size: number };
  inner: LossSpec;
  miner: ({ type: string } & Record<string, unknown>) | null;
  steps: MemoryStep[];
}

interface MemoryStep {
  embeddings: number[][];
  labels: number[];
  indices_tuple?: number[][];
  enqueue_mask?: boolean[];
  expected: LossCase['expected'] & {
    queue_idx: number;
    has_been_filled: boolean;
    memory_labels: number[];
    num_indices: number[];
    indices_tuple_sorted: number[][][];
  };
}

/** Compares each step of a memory with the reference: loss, gradient, tuples and what it remembers. */
export async function checkCrossBatchMemory(c: MemoryCase): Promise<void> {
  const { loss, seen } = watched(lossOf(c.inner));
  const { type = '', ...options } = c.miner ?? {};
  const size = c.params.memory_size;
  const memory = crossBatchMemory(loss, {
    size,
    ...(c.miner && { miner: minerOf(type, options) }),
  });
  for (const { enqueue_mask: mask, expected, ...call } of c.steps) {
    const got = evaluate(memory, call, (_, embeddings, labels, tuples) =>
      mask === undefined
        ? memory.compute(embeddings, labels, tuples)
        : memory.computeMasked(embeddings, labels ?? [], mask, tuples),
    );
    expectEvaluation(got, expected);
    const found = sortedTuples(seen());
    const columns = 'triplets' in found ? [found.triplets] : [found.pos, found.neg];
    expectSame('indices_tuple_sorted', columns, expected.indices_tuple_sorted);

    const { labels, next } = await memory.state();
    expectSame('memory_labels', [...(labels?.values ?? [])], expected.memory_labels);
    expectSame('queue_idx', next?.values[0], expected.queue_idx);
    expectSame('has_been_filled', memory.count === size, expected.has_been_filled);
  }
  disposeLoss(memory);
}

/** What some losses cannot be made without; the reference does not list it for a loss it refuses. */
const anyParams = { num_classes: 3, embedding_size: 4, descriptors_dim: 4, l: 4, margin: 1, Tn: 1 };

/** Throws unless a memory of that loss is refused. */
export function checkNoMemory({ inner }: { inner: LossSpec }): void {
  const loss = lossOf({ ...inner, params: { ...anyParams, ...inner.params } });
  expectRefused(() => crossBatchMemory(loss));
  disposeLoss(loss);
}

/** The loss, and the tuples it was last called with. */
function watched(loss: Loss): { loss: Loss; seen(): Tuples } {
  let last: Tuples | undefined;
  return {
    loss: {
      ...loss,
      compute(embeddings, labels, tuples, reference) {
        last = tuples;
        return loss.compute(embeddings, labels, tuples, reference);
      },
    },
    seen: () => last as Tuples,
  };
}
