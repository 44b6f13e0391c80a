import { type Scalar, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type Labels, toLabels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkOptionalPart, checkPart } from '../../internal/checkPart.ts';
import { checkInteger } from '../../internal/checks.ts';
import { joinSnapshots } from '../../internal/snapshot.ts';
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
  /** How many embeddings to remember: the latest ones. Default 1024. */
  size?: number;
  /** Chooses the tuples between batch and memory. Default: all pairs. */
  miner?: Miner;
}

/** A loss against a memory of earlier batches. `variables`, `state` and `dispose` include those of the inner loss. */
export interface CrossBatchMemory extends ParametricLoss {
  /** How many embeddings it holds at the moment. */
  readonly count: number;
  /**
   * As `compute`, but only the examples marked in `enqueue` go to the memory, and only the others are anchors: for
   * embeddings of two networks, where the memory is to hold those of one (MoCo).
   *
   * @throws MetricLearningError also if there is not one mark for each embedding, or all are marked.
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
 * Compares each batch with the embeddings of the latest batches as well: many more negatives for little more than
 * their memory. Embeddings drift slowly, so those of some steps ago still serve; no gradient flows into them.
 *
 * `compute` first puts the batch into the memory, then takes its examples as anchors, and positives and negatives from
 * the memory; no example is its own positive. `tuples` given to it are added to the mined ones: anchors are indices
 * into the batch, positives and negatives into the memory. It is for losses over pairs and triplets that take a
 * reference set.
 *
 * @throws MetricLearningError if the loss takes no reference set, or `size` is no whole number >= 1; at use if a batch
 * is larger than the memory, or embeddings change their length.
 * @see Wang et al.: Cross-Batch Memory for Embedding Learning, CVPR 2020. https://arxiv.org/abs/1912.06798
 */
export function crossBatchMemory(
  loss: Loss,
  options: CrossBatchMemoryOptions = {},
): CrossBatchMemory {
  checkPart(where, 'loss', loss, 'compute');
  checkOptions(where, options, ['size', 'miner']);
  const { size = 1024, miner } = options;
  checkInteger(where, 'size', size);
  checkOptionalPart(where, 'miner', miner, 'mine');
  checkLoss(loss);
  const queue = embeddingQueue(size);
  const inner: Partial<ParametricLoss> = loss;

  const compare = (
    anchors: Tensor2D,
    labels: Int32Array,
    { tuples, observe }: ComputeOptions,
    places?: Int32Array,
  ): Scalar => {
    const rows = tensor2d(queue.rows(), [queue.count, queue.dims]);
    const memory = { embeddings: rows, labels: queue.labels() };
    const mined = miner
      ? miner.mine(anchors, labels, { reference: memory })
      : allPairs(labels, memory.labels);
    const others = places === undefined ? mined : removeSelfComparisons(mined, places);
    return loss.compute(anchors, labels, {
      tuples: joinTuples(others, tuples),
      reference: memory,
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
      if (tuples) checkTuples(where, tuples, ids.length, Math.min(queue.count + ids.length, size));
      return tidy(() => {
        const places = queue.add(readNow(where, embeddings), ids);
        return compare(embeddings, ids, { tuples, observe }, places);
      });
    },
    computeMasked(embeddings, labels, enqueue, given) {
      const { tuples, reference, observe } = readComputeOptions(where, given);
      if (reference !== undefined) throw refusedReference();
      const ids = checkBatch(embeddings, labels, queue.dims);
      const { marked, anchors } = split(enqueue, ids.length, queue.count);
      checkFits(marked.length, size);
      const candidates = Math.min(queue.count + marked.length, size);
      if (tuples) checkTuples(where, tuples, anchors.length, candidates);
      return tidy(() => {
        if (marked.length > 0) {
          queue.add(readNow(where, pickRows(embeddings, marked)), at(ids, marked));
        }
        return compare(pickRows(embeddings, anchors), at(ids, anchors), { tuples, observe });
      });
    },
    reset: () => queue.reset(),
    async state() {
      return { ...queueState(queue), ...underName('loss', (await inner.state?.()) ?? {}) };
    },
    restore(state) {
      restoreQueue(queue, size, state);
      inner.restore?.(ofName('loss', state));
    },
    snapshot: async () => joinSnapshots([queue.snapshot(), await snapshotLoss(loss)]),
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
    expected: 'a loss over pairs or triplets that takes a reference set',
    got: name,
    fix: 'Take contrastiveLoss, tripletMarginLoss, ntXentLoss, multiSimilarityLoss or another of their kind.',
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
  return rows.map((row) => labels[row] as number);
}
