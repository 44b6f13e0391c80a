import {
  concat,
  mean,
  mul,
  type Rank,
  reshape,
  type Scalar,
  slice,
  type Tensor2D,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { LossObserver } from '../../losses/computeOptions.ts';
import type { Loss } from '../../losses/loss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import type { CrossBatchMemory } from '../../losses/wrappers/crossBatchMemory.ts';
import type { Miner } from '../../miners/miner.ts';
import { pickRows } from '../../ops/pickRows.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { Triplets, Tuples } from '../../tuples/tuples.ts';
import type { Batch } from './batches.ts';
import { computeLoss } from './kerasLoss.ts';

/** The loss of one batch, on the tape. */
export type Objective = (embeddings: Tensor2D, batch: Batch, observe?: LossObserver) => Scalar;

/**
 * Joins a loss with a miner: a Keras-style loss sees the concatenated embeddings of the triplets, a batch loss
 * sees embeddings, labels and tuples. Without a miner the tuples are the sampler's triplets; a batch loss that
 * gets none forms its own.
 *
 * @throws MetricLearningError if a Keras-style loss would get no triplets from sampler and miner.
 */
export function objective(
  loss: KerasLoss | Loss,
  miner: Miner | undefined,
  sampler: Pick<Sampler, 'kind'>,
): Objective {
  if (typeof loss === 'function' && miner === undefined && sampler.kind === 'batches') {
    throw noTriplets('a sampler of batches without a miner');
  }
  if (typeof loss !== 'function' && loss.accepts.reference === 'needed') {
    throw new MetricLearningError({
      where: 'TripletModel',
      expected: `two views of each example for ${loss.name}`,
      got: 'one',
      fix: 'Train with fit(data, { views: 2, augment }), and measure with validation and metrics.',
    });
  }
  return (embeddings, batch, observe) => {
    const tuples = miner === undefined ? batch.triplets : miner.mine(embeddings, batch.labels);
    if (typeof loss !== 'function') {
      return oneNumber(loss, computeLoss(loss, embeddings, batch.labels, tuples, observe));
    }
    const triplets = needTriplets(tuples);
    if (triplets.anchor.length === 0) {
      // Keeps the tape connected: tfjs throws on a loss that its inputs do not reach.
      return mul<Scalar>(mean(embeddings), 0);
    }
    const each = loss(zeros([triplets.anchor.length, 1]), concatenated(embeddings, triplets));
    const value = mean<Scalar>(each);
    observe?.('loss', value, { name: 'loss', kind: 'triplets', values: each });
    return value;
  };
}

/**
 * The loss of a batch of two views, whose second half holds the second view of the examples of its first half.
 *
 * A loss over views gets the second view as its reference; a loss over labels gets both views as one batch.
 *
 * @throws MetricLearningError for a Keras-style loss, which has no use for views.
 */
export function viewsObjective(loss: KerasLoss | Loss, miner: Miner | undefined): Objective {
  if (typeof loss === 'function') {
    throw new MetricLearningError({
      where: 'TripletModel.fit',
      expected: 'a batch loss for views: 2, such as simClrLoss()',
      got: loss.name || 'a function',
    });
  }
  if (!isOverViews(loss)) return objective(loss, miner, { kind: 'batches' });
  if (miner !== undefined) {
    throw new MetricLearningError({
      where: 'TripletModel.fit',
      expected: `no miner: ${loss.name} compares the two views of each example`,
      got: miner.name,
    });
  }
  return (embeddings, _, observe) => {
    const { first, second } = halves(embeddings);
    const reference = { embeddings: second };
    return oneNumber(loss, loss.compute(first, null, { reference, observe }));
  };
}

/**
 * The loss of a batch of two views, whose second half a momentum encoder embedded: the first views are the anchors, their
 * positives and negatives come from the second views.
 *
 * `crossBatchMemory` remembers the second views of earlier batches too, as MoCo does.
 *
 * @throws MetricLearningError for a loss that takes no reference set, or a miner beside a loss that has its own.
 */
export function momentumObjective(loss: KerasLoss | Loss, miner: Miner | undefined): Objective {
  if (typeof loss === 'function' || isOverViews(loss)) return viewsObjective(loss, miner);
  if ('computeMasked' in loss) {
    const memory = loss as CrossBatchMemory;
    if (miner !== undefined) {
      throw new MetricLearningError({
        where: 'TripletModel.fit',
        expected: 'no miner beside a memory: crossBatchMemory(loss, { miner })',
        got: miner.name,
      });
    }
    return (embeddings, { labels }, observe) => {
      const areKeys = Array.from(labels, (_, i) => i >= labels.length / 2);
      return oneNumber(loss, memory.computeMasked(embeddings, labels, areKeys, { observe }));
    };
  }
  if (loss.accepts.reference === 'none') {
    throw new MetricLearningError({
      where: 'TripletModel.fit',
      expected: 'a loss that accepts a reference set for momentumEncoder',
      got: loss.name,
      fix: 'Take crossBatchMemory(ntXentLoss()), ntXentLoss(), supConLoss() or simClrLoss().',
    });
  }
  return (embeddings, batch, observe) => {
    const { first, second } = halves(embeddings);
    const labels = batch.labels.subarray(0, first.shape[0]);
    const reference = { embeddings: second, labels };
    const tuples = miner?.mine(first, labels, { reference });
    return oneNumber(loss, loss.compute(first, labels, { tuples, reference, observe }));
  };
}

/** The loss, if it is one number: only then can it be learned from, and have a mean. */
function oneNumber({ name }: Loss, value: Scalar): Scalar {
  if (value.rank === 0) return value;
  throw new MetricLearningError({
    where: 'TripletModel',
    expected: `${name} to be one number`,
    got: `a tensor of shape [${value.shape}]`,
    fix: 'Give the loss a reducer that makes one number, such as meanReducer(); doNothingReducer() is for compute alone.',
  });
}

/** The two views of a batch. */
function halves(embeddings: Tensor2D): { first: Tensor2D; second: Tensor2D } {
  const [count, dims] = [embeddings.shape[0] / 2, embeddings.shape[1]];
  return {
    first: slice(embeddings, [0, 0], [count, dims]),
    second: slice(embeddings, [count, 0], [count, dims]),
  };
}

/** Whether a loss compares two views of the same examples rather than classes. */
export function isOverViews({ accepts }: Loss): boolean {
  return accepts.reference === 'needed' || accepts.labels === 'none';
}

/** The embeddings of anchors, positives and negatives side by side: [triplets, 3 * dims]. */
function concatenated(embeddings: Tensor2D, { anchor, positive, negative }: Triplets): Tensor2D {
  const [count, dims] = [anchor.length, embeddings.shape[1]];
  const parts = [anchor, positive, negative];
  if (embeddings.shape[0] === 3 * count && parts.every((rows, i) => follow(rows, i * count))) {
    const byPart = reshape<Rank.R3>(embeddings, [3, count, dims]);
    return reshape(transpose(byPart, [1, 0, 2]), [count, 3 * dims]);
  }
  return concat(
    parts.map((rows) => rowsOf(embeddings, rows)),
    1,
  );
}

/** Rows of a matrix; rows that follow each other, as a sampler's triplets do, are a slice. */
function rowsOf(matrix: Tensor2D, rows: Int32Array): Tensor2D {
  const first = rows[0]!;
  return follow(rows, first)
    ? slice(matrix, [first, 0], [rows.length, matrix.shape[1]])
    : pickRows(matrix, rows);
}

/** Whether rows follow each other from `first` on. */
function follow(rows: Int32Array, first: number): boolean {
  return rows.every((row, i) => row === first + i);
}

function needTriplets(tuples: Tuples | undefined): Triplets {
  if (tuples !== undefined && 'anchor' in tuples) return tuples;
  throw noTriplets('a miner that gives pairs');
}

function noTriplets(got: string): MetricLearningError {
  return new MetricLearningError({
    where: 'TripletModel.fit',
    expected: 'triplets for a loss on concatenated embeddings (tripletLoss)',
    got,
    fix: 'Use a triplet sampler, add a triplet miner, or compile with tripletMarginLoss.',
  });
}
