import { concat, slice, type Tensor } from '@tensorflow/tfjs-core';
import type { ClassLabels } from '../../data/classLabels.ts';
import { checkExamples, type ExampleSource, exampleSource } from '../../data/exampleSource.ts';
import { type Labels, toLabels } from '../../data/labels.ts';
import { checkExamplesGiven, type InputSpec, type OpenDataset } from '../../data/openDataset.ts';
import { prefetch } from '../../data/prefetch.ts';
import {
  disposeBatch,
  type NamedStream,
  pullBatches,
  type StreamBatch,
  type StreamDataset,
} from '../../data/streamDataset.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { type Batch, epochBatches } from './batches.ts';
import type { HardNegativeSource } from './hardNegatives.ts';

/** A batch, and access to its examples. */
export interface LoadedBatch extends Batch {
  /** Examples `start` to `end` (excluded) of the batch; the caller disposes them. */
  examples(start: number, end: number): Tensor;
  /** Frees what was held for the batch. */
  dispose(): void;
}

/** Where the batches of an epoch come from. */
export interface BatchFeed {
  /** The batches of one epoch from the one numbered `from` on, and how many the epoch has, where that is known. */
  epoch(
    epoch: number,
    random: Random,
    from: number,
  ): { steps: number | undefined; batches: AsyncGenerator<LoadedBatch, void, void> };
}

/**
 * Batches that a sampler draws from a data set: examples in memory are picked when their batch is trained on, others are
 * read one batch ahead.
 */
export function datasetFeed(
  set: OpenDataset,
  sampler: Sampler,
  batchSize: number,
  hard: HardNegativeSource | undefined,
): BatchFeed {
  const { source, labels } = set;
  async function* load(drawn: readonly Batch[]): AsyncGenerator<LoadedBatch, void, void> {
    if (source.lazy) {
      const read = ({ indices }: Batch) => source.pick(indices);
      for await (const [batch, examples] of prefetch(drawn, read)) yield heldBatch(batch, examples);
      return;
    }
    const { pick } = source as ExampleSource;
    for (const batch of drawn) {
      yield {
        ...batch,
        examples: (start, end) => pick(batch.indices.subarray(start, end)),
        dispose() {},
      };
    }
  }
  /** Batches with hard negatives: those of the steps between two minings at a time. */
  async function* loadHard(
    { every, mine, put }: HardNegativeSource,
    drawn: readonly Batch[],
    random: Random,
    from: number,
  ): AsyncGenerator<LoadedBatch, void, void> {
    for (let start = from, end = from; start < drawn.length; start = end) {
      end = start - (start % every) + every;
      const next = drawn.slice(start, end);
      if (start % every === 0) await mine(set, next);
      yield* load(next.map((batch, i) => put(batch, labels, random.fork(`${start + i}`))));
    }
  }

  return {
    epoch(_, random, from) {
      const drawn = epochBatches(sampler, labels, random, batchSize);
      const batches = hard
        ? loadHard(hard, drawn, random.fork('hard negatives'), from)
        : load(drawn.slice(from));
      return { steps: drawn.length, batches };
    },
  };
}

/**
 * Batches of a stream, each checked as it comes; a batch that is refused is freed.
 *
 * @throws MetricLearningError (at use) for a batch of other shapes, or with labels that are no class ids.
 */
export function streamFeed(
  where: string,
  data: StreamDataset,
  input: InputSpec,
  unlabeled: boolean,
): BatchFeed {
  async function* load(epoch: number, from: number): AsyncGenerator<LoadedBatch, void, void> {
    let number = 0;
    for await (const batch of pullBatches(where, data, epoch)) {
      if (number++ < from) {
        disposeBatch(batch);
        continue;
      }
      yield await loadBatch(
        `${where} (batch ${number} of epoch ${epoch})`,
        batch,
        input,
        data,
        unlabeled,
      );
    }
  }
  return {
    epoch: (epoch, _, from) => ({ steps: data.stepsPerEpoch, batches: load(epoch, from) }),
  };
}

/** Checks a batch of a stream. With `unlabeled`, it may come without labels: each example is then a class of its own. */
export async function loadBatch(
  where: string,
  batch: StreamBatch,
  { input, inputDtype }: InputSpec,
  { idsOf }: NamedStream,
  unlabeled: boolean,
): Promise<LoadedBatch> {
  try {
    checkExamplesGiven(where, batch);
    const source = exampleSource(where, batch.examples, input, inputDtype);
    const own = batch.labels as ClassLabels;
    const labels =
      unlabeled && own === undefined
        ? Int32Array.from({ length: source.count }, (_, i) => i)
        : toLabels(where, (idsOf?.(where, own) ?? own) as Labels, source.count, 'example');
    await checkExamples(where, batch.examples, source, inputDtype);
    const indices = labels.map((_, i) => i);
    return {
      indices,
      labels,
      triplets: undefined,
      weight: source.count,
      examples: source.range,
      dispose: () => disposeBatch(batch),
    };
  } catch (error) {
    disposeBatch(batch);
    throw error;
  }
}

/** A batch whose examples were read already; it owns them. */
export function heldBatch(batch: Batch, held: Tensor): LoadedBatch {
  const rest = held.shape.slice(1);
  return {
    ...batch,
    examples: (start, end) => slice(held, [start, ...rest.map(() => 0)], [end - start, ...rest]),
    dispose() {
      if (!held.isDisposed) held.dispose();
    },
  };
}

/** A batch that holds each example twice: first all examples as the first view, then all as the second view. */
export function twoViews(batch: LoadedBatch): LoadedBatch {
  const count = batch.indices.length;
  const twice = (values: Int32Array): Int32Array => Int32Array.of(...values, ...values);
  return {
    ...batch,
    indices: twice(batch.indices),
    labels: twice(batch.labels),
    examples(start, end) {
      if (start >= count) return batch.examples(start - count, end - count);
      if (end <= count) return batch.examples(start, end);
      const parts = [batch.examples(start, count), batch.examples(0, end - count)];
      try {
        return concat(parts, 0);
      } finally {
        for (const part of parts) part.dispose();
      }
    },
  };
}
