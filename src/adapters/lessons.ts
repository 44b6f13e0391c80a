import { type Scalar, slice, type Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { Loss } from '../losses/loss.ts';
import { coSentLoss } from '../losses/pair/coSentLoss.ts';
import { supConLoss } from '../losses/pair/supConLoss.ts';
import { tripletMarginLoss } from '../losses/triplet/tripletMarginLoss.ts';
import type { Random } from '../random/createRandom.ts';
import { mPerClassSampler } from '../samplers/mPerClassSampler.ts';
import type { BatchSampler } from '../samplers/sampler.ts';
import type { Knowledge, KnowledgeOf } from './adapterData.ts';

/** What one step learns from: the rows of features to embed, and the loss of their embeddings on the tape. */
export interface Lesson {
  readonly rows: Int32Array;
  lossOf(embeddings: Tensor2D): Scalar;
}

/** How to make lessons. */
export interface LessonOptions {
  readonly loss: Loss | undefined;
  readonly sampler: BatchSampler | undefined;
  readonly batchSize: number | undefined;
}

/**
 * Lessons without end, from one epoch after the other.
 *
 * @throws MetricLearningError if the loss or the sampler does not suit what is known.
 */
export function lessonsOf(
  where: string,
  knowledge: Knowledge,
  options: LessonOptions,
  random: Random,
): Generator<Lesson, never, void> {
  if (knowledge.kind === 'labels') return labelLessons(knowledge, options, random);
  if (options.sampler) {
    throw new MetricLearningError({
      where,
      expected: `no sampler: ${knowledge.kind} are drawn by themselves`,
      got: options.sampler.name,
    });
  }
  if (knowledge.kind === 'triplets') return tripletLessons(knowledge, options, random);
  if (options.loss) {
    throw new MetricLearningError({
      where,
      expected: 'no loss: pairs are learned from by coSentLoss',
      got: options.loss.name,
    });
  }
  return pairLessons(knowledge, options, random);
}

function* labelLessons(
  { labels, rows }: KnowledgeOf<'labels'>,
  { loss = supConLoss(), sampler = mPerClassSampler({ m: 4 }), batchSize }: LessonOptions,
  random: Random,
): Generator<Lesson, never, void> {
  const size = batchSize ?? sampler.defaultBatchSize?.(labels) ?? 32;
  for (;;) {
    for (const batch of sampler.sample(labels, random, size)) {
      const ids = batch.map((i) => labels[i]!);
      yield {
        rows: batch.map((i) => rows[i]!),
        lossOf: (embeddings) => loss.compute(embeddings, ids),
      };
    }
  }
}

function* tripletLessons(
  { anchor, positive, negative }: KnowledgeOf<'triplets'>,
  { loss = tripletMarginLoss({ smooth: true }), batchSize = 128 }: LessonOptions,
  random: Random,
): Generator<Lesson, never, void> {
  for (const chosen of chunks(anchor.length, batchSize, random)) {
    const count = chosen.length;
    const from = (start: number): Int32Array =>
      Int32Array.from({ length: count }, (_, i) => start + i);
    const tuples = { anchor: from(0), positive: from(count), negative: from(2 * count) };
    const rows = Int32Array.from(
      [anchor, positive, negative].flatMap((list) => Array.from(chosen, (i) => list[i]!)),
    );
    yield { rows, lossOf: (embeddings) => loss.compute(embeddings, null, { tuples }) };
  }
  throw new Error('unreachable'); // chunks has no end
}

function* pairLessons(
  { a, b, grades }: KnowledgeOf<'pairs'>,
  { batchSize = 128 }: LessonOptions,
  random: Random,
): Generator<Lesson, never, void> {
  for (const chosen of chunks(a.length, batchSize, random)) {
    const ids = Int32Array.from(chosen.keys());
    const loss = coSentLoss({
      similarity: (i, j) => (i === j ? grades[chosen[i]!] : undefined),
    });
    const rows = Int32Array.from([a, b].flatMap((list) => Array.from(chosen, (i) => list[i]!)));
    yield {
      rows,
      lossOf(embeddings) {
        const [count, dims] = [chosen.length, embeddings.shape[1]];
        const first = slice(embeddings, [0, 0], [count, dims]);
        const second = slice(embeddings, [count, 0], [count, dims]);
        return loss.compute(first, ids, { reference: { embeddings: second, labels: ids } });
      },
    };
  }
  throw new Error('unreachable'); // chunks has no end
}

/** Numbers from 0 to count - 1 in parts of at most `size`, shuffled anew in each epoch, without end. */
function* chunks(count: number, size: number, random: Random): Generator<Int32Array, never, void> {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (;;) {
    random.shuffle(order);
    for (let start = 0; start < count; start += size) yield order.slice(start, start + size);
  }
}
