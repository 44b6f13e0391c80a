import type { Tensor } from '@tensorflow/tfjs-core';
import type { Examples } from '../../data/dataset.ts';
import { checkExamples, type ExampleSource, exampleSource } from '../../data/exampleSource.ts';
import { toLabels } from '../../data/labels.ts';
import type { InputSpec } from '../../data/openDataset.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import { type Batch, epochBatches } from './batches.ts';

/** A batch with its examples at hand. */
export interface LoadedBatch extends Batch {
  /** Examples `start` to `end` (excluded) of the batch; the caller disposes them. */
  examples(start: number, end: number): Tensor;
  /** Frees what was held for the batch. */
  dispose(): void;
}

/** Where an epoch's batches come from. */
export interface BatchFeed {
  /** The batches of one epoch from the one numbered `from` on, and how many the epoch has, where that is known. */
  epoch(
    epoch: number,
    chance: Random,
    from: number,
  ): { steps: number | undefined; batches: AsyncIterable<LoadedBatch> };
}

/** Batches that a sampler draws from a data set: examples are picked when their batch is trained on. */
export function datasetFeed(
  source: ExampleSource,
  labels: Int32Array,
  sampler: Sampler,
  batchSize: number,
): BatchFeed {
  return {
    epoch(_, chance, from) {
      const drawn = epochBatches(sampler, labels, chance, batchSize);
      return { steps: drawn.length, batches: load(drawn.slice(from), source) };
    },
  };
}

async function* load(drawn: Batch[], source: ExampleSource): AsyncGenerator<LoadedBatch> {
  for (const batch of drawn) {
    yield {
      ...batch,
      examples: (start, end) => source.pick(batch.indices.subarray(start, end)),
      dispose() {},
    };
  }
}

/** Examples and class ids of one batch of a stream. */
export interface StreamBatch {
  /** A tensor is disposed when its step is taken, as tfjs' own `fitDataset` does. */
  readonly examples: Examples;
  readonly labels: ArrayLike<number>;
}

/** Data that never lie in memory as a whole: each epoch's batches, one after the other. */
export interface StreamDataset {
  /** The batches of an epoch, which counts from 1. Give the same ones again for the same epoch to make resuming exact. */
  stream(epoch: number): AsyncIterable<StreamBatch> | Iterable<StreamBatch>;
  /** Batches an epoch takes from the stream. Default: all. */
  readonly stepsPerEpoch?: number;
}

/**
 * Batches of a stream, each checked as it comes.
 *
 * @throws MetricLearningError (at use) for a batch of other shapes, or with labels that are no class ids.
 */
export function streamFeed(
  where: string,
  { stream, stepsPerEpoch }: StreamDataset,
  { input, inputDtype }: InputSpec,
): BatchFeed {
  async function* loadFrom(epoch: number, from: number): AsyncGenerator<LoadedBatch> {
    let number = 0;
    for await (const { examples, labels: given } of stream(epoch)) {
      if (number === stepsPerEpoch) return;
      const dispose = (): void => {
        if ('dispose' in examples) examples.dispose();
      };
      if (number++ < from) {
        dispose();
        continue;
      }
      const place = `${where} (batch ${number} of epoch ${epoch})`;
      const source = exampleSource(place, examples, input, inputDtype);
      const labels = toLabels(place, given, source.count, 'example');
      await checkExamples(place, examples, source, inputDtype);
      const indices = labels.map((_, i) => i);
      const batch = { indices, labels, triplets: undefined, weight: source.count };
      yield { ...batch, examples: source.range, dispose };
    }
  }
  return {
    epoch: (epoch, _, from) => ({ steps: stepsPerEpoch, batches: loadFrom(epoch, from) }),
  };
}
