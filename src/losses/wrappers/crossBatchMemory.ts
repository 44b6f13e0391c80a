import { type Scalar, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type Labels, toLabels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { part, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../../internal/readOptions.ts';
import { joinSnapshots, type Snapshot } from '../../internal/snapshot.ts';
import type { Miner } from '../../miners/miner.ts';
import { checkEmbeddings } from '../../ops/checkEmbeddings.ts';
import { pickRows } from '../../ops/pickRows.ts';
import { readNow } from '../../ops/readNow.ts';
import { allPairs } from '../../tuples/allPairs.ts';
import { checkTuples } from '../../tuples/internal/checkTuples.ts';
import { joinTuples } from '../../tuples/internal/joinTuples.ts';
import { removeSelfComparisons } from '../../tuples/internal/removeSelfComparisons.ts';
import { type ComputeOptions, readComputeOptions } from '../computeOptions.ts';
import { embeddingQueue } from '../internal/embeddingQueue.ts';
import { ofName, queueState, restoreQueue, underName } from '../internal/memoryState.ts';
import type { Loss } from '../loss.ts';
import type { ParametricLoss } from '../parametricLoss.ts';
import { snapshotLoss } from '../snapshotLoss.ts';

export interface CrossBatchMemoryOptions {
  /** The number of embeddings that the memory holds: the latest ones. 4 to 100 times a batch. Default 1024. */
  size?: number;
  /** Chooses tuples between the batch and the memory. Default: all pairs. */
  miner?: Miner;
  /** In the first so many batches the memory holds the current batch alone: the network still changes fast. Default 0. */
  warmUp?: number;
}

export const crossBatchMemoryOptions: OptionTable<CrossBatchMemoryOptions, 'miner'> = {
  size: preset(1024, wholeNumber(1)),
  miner: optional(part('semiHardMiner()', 'mine')),
  warmUp: preset(0, wholeNumber(0)),
};

/** A loss against a memory of earlier batches. `variables`, `state` and `dispose` include those of the inner loss. */
export interface CrossBatchMemory extends ParametricLoss {
  /** The number of embeddings in the memory at the moment. */
  readonly count: number;
  /**
   * As `compute` for a batch with embeddings of two networks (MoCo): only the examples marked in `enqueue` go to the memory,
   * and only the others are anchors.
   *
   * @throws MetricLearningError also if there is not one mark for each embedding, or all are marked.
   * @example
   * const both = concat([queries, keys]); // of the network and of `createMomentumEncoder`
   * memory.computeMasked(both, [...labels, ...labels], [...labels.map(() => false), ...labels.map(() => true)]);
   */
  computeMasked(
    embeddings: Tensor2D,
    labels: Labels,
    enqueue: ArrayLike<boolean>,
    options?: Omit<ComputeOptions, 'reference'>,
  ): Scalar;
  /** Forgets all embeddings. */
  reset(): void;
}

const where = 'crossBatchMemory';

/**
 * Cross-batch memory: compares each batch with the embeddings of the latest batches as well, for many more negatives in little
 * more time. The embeddings of a network change slowly, so those of some steps ago still serve.
 *
 * `compute` first puts the batch into the memory. The examples of the batch are the anchors, positives and negatives come
 * from the memory, and the copy of an anchor in the memory is not a partner of that anchor. No gradient flows into the
 * memory. `tuples` that are given are added to the mined ones: anchors are indices into the batch, positives and
 * negatives into the memory. `loss` must be a loss over pairs or triplets that accepts a reference set.
 *
 * @throws MetricLearningError if `loss` accepts no reference set, or an option is unknown or out of its range; at use if a
 * batch is larger than the memory, or embeddings change their length.
 * @example
 * const loss = crossBatchMemory(contrastiveLoss(), { size: 2048, warmUp: 500, miner: pairMarginMiner() });
 * const value = loss.compute(embeddings, labels); // the batch is in the memory now
 * @see Wang et al.: Cross-Batch Memory for Embedding Learning, CVPR 2020. https://arxiv.org/abs/1912.06798
 */
export function crossBatchMemory(
  loss: Loss,
  options: CrossBatchMemoryOptions = {},
): CrossBatchMemory {
  checkPart(where, 'loss', loss, 'compute');
  const { size, miner, warmUp } = readOptions(where, crossBatchMemoryOptions, options);
  checkLoss(loss);
  const queue = embeddingQueue(size);
  const inner: Partial<ParametricLoss> = loss;
  let batches = 0; // counted up to warmUp

  /** Empties the memory before a batch of the warm-up that brings embeddings. */
  const startBatch = (): void => {
    if (batches >= warmUp) return;
    batches++;
    queue.reset();
  };

  const compare = (
    anchors: Tensor2D,
    labels: Int32Array,
    { tuples, observe }: ComputeOptions,
    copies?: Int32Array,
  ): Scalar => {
    const rows = tensor2d(queue.rows(), [queue.count, queue.dims]);
    const memory = { embeddings: rows, labels: queue.labels(), ...(copies && { copies }) };
    const mined = miner
      ? miner.mine(anchors, labels, { reference: memory })
      : allPairs(labels, memory.labels);
    const others = copies === undefined ? mined : removeSelfComparisons(mined, copies);
    return loss.compute(anchors, labels, {
      tuples: joinTuples(others, tuples),
      reference: { embeddings: rows, labels: memory.labels },
      observe,
    });
  };

  return {
    name: where,
    accepts: { ...loss.accepts, labels: 'needed', tuples: 'tuples', reference: 'none' },
    variables: inner.variables ?? {},
    get count() {
      return queue.count;
    },
    distance: loss.distance,
    compute(embeddings, labels, given) {
      const { tuples, reference, observe } = readComputeOptions(where, given);
      if (reference !== undefined) throw refusedReference();
      const ids = checkBatch(embeddings, labels, queue.dims);
      checkFits(ids.length, size);
      const held = batches < warmUp ? 0 : queue.count;
      if (tuples) checkTuples(where, tuples, ids.length, Math.min(held + ids.length, size));
      return tidy(() => {
        const rows = readNow(where, embeddings);
        startBatch();
        const copies = queue.add(rows, ids);
        return compare(embeddings, ids, { tuples, observe }, copies);
      });
    },
    computeMasked(embeddings, labels, enqueue, given) {
      const { tuples, reference, observe } = readComputeOptions(where, given);
      if (reference !== undefined) throw refusedReference();
      const ids = checkBatch(embeddings, labels, queue.dims);
      const { marked, anchors } = split(enqueue, ids.length, queue.count);
      checkFits(marked.length, size);
      const held = batches < warmUp && marked.length > 0 ? 0 : queue.count;
      const candidates = Math.min(held + marked.length, size);
      if (tuples) checkTuples(where, tuples, anchors.length, candidates);
      return tidy(() => {
        if (marked.length > 0) {
          const rows = readNow(where, pickRows(embeddings, marked));
          startBatch();
          queue.add(rows, at(ids, marked));
        }
        return compare(pickRows(embeddings, anchors), at(ids, anchors), { tuples, observe });
      });
    },
    reset: () => queue.reset(),
    async state() {
      const counted = { shape: [1], values: Int32Array.of(batches) };
      return {
        ...queueState(queue),
        ...(warmUp > 0 && { batches: counted }),
        ...underName('loss', (await inner.state?.()) ?? {}),
      };
    },
    restore(state) {
      restoreQueue(queue, size, state);
      batches = state['batches']?.values[0] ?? warmUp;
      inner.restore?.(ofName('loss', state));
    },
    async snapshot() {
      const counted = batches;
      const count: Snapshot = {
        restore() {
          batches = counted;
        },
        dispose() {},
      };
      return joinSnapshots([count, queue.snapshot(), await snapshotLoss(loss)]);
    },
    dispose() {
      queue.reset();
      inner.dispose?.();
    },
  };
}

function checkLoss({ name, accepts }: Loss): void {
  if (accepts.reference === 'optional' && accepts.tuples !== 'none' && accepts.labels !== 'none')
    return;
  throw new MetricLearningError({
    where,
    expected: 'a loss over pairs or triplets that accepts a reference set',
    got: name,
    fix: 'Use contrastiveLoss, tripletMarginLoss, ntXentLoss, multiSimilarityLoss or another of their kind.',
  });
}

function checkBatch(embeddings: Tensor2D, labels: Labels | null, dims: number): Int32Array {
  checkEmbeddings(where, 'embeddings', embeddings);
  if (dims > 0 && embeddings.shape[1] !== dims) {
    throw new MetricLearningError({
      where,
      expected: `embeddings as long as those in memory (${dims})`,
      got: `${embeddings.shape[1]}`,
      fix: 'Call reset() to start anew.',
    });
  }
  return toLabels(where, labels as Labels, embeddings.shape[0]);
}

function checkFits(count: number, size: number): void {
  if (count <= size) return;
  throw new MetricLearningError({
    where,
    expected: `a batch of at most size (${size}) embeddings`,
    got: `${count}`,
    fix: 'Make a larger memory.',
  });
}

function refusedReference(): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'no reference set: the memory is one',
    got: 'a reference',
  });
}

/** The rows that are marked, and the others. */
function split(
  marks: ArrayLike<boolean>,
  count: number,
  remembered: number,
): { marked: Int32Array; anchors: Int32Array } {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const marked = rows.filter((row) => marks[row]);
  const wrong = marks.length !== count || marked.length === count;
  if (!wrong && marked.length + remembered > 0) {
    return { marked, anchors: rows.filter((row) => !marks[row]) };
  }
  throw new MetricLearningError({
    where,
    expected: wrong
      ? `a mark for each embedding (${count}), not all of them true`
      : 'something to remember: the memory is empty',
    got: `${marks.length} marks, ${marked.length} of them true`,
  });
}

function at(labels: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => labels[row]!);
}
