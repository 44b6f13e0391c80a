import type { Dataset, UnlabeledDataset } from '../../data/dataset.ts';
import type { LazyDataset } from '../../data/lazyDataset.ts';
import { type InputSpec, openDataset } from '../../data/openDataset.ts';
import { checkStream, isStream, type StreamDataset } from '../../data/streamDataset.ts';
import { fnv1a } from '../../internal/fnv1a.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { Fingerprint } from '../checkpoints/checkpoint.ts';
import { epochBatches } from './batches.ts';
import { type BatchFeed, datasetFeed, streamFeed, twoViews } from './batchFeed.ts';
import type { HardNegativeSource } from './hardNegatives.ts';

/** What `fit` trains on. */
export type TrainingData = Dataset | UnlabeledDataset | LazyDataset | StreamDataset;

/** The source of the batches, and what a resumed run must have in common with the run that it continues. */
export interface Feed {
  readonly feed: BatchFeed;
  /** The size of a batch: as given, or as suits the sampler. */
  readonly batchSize: number;
  /** The class ids of all examples; undefined for a stream. */
  readonly labels: Int32Array | undefined;
  readonly fingerprint: Fingerprint;
}

/** How batches are drawn from a data set. */
export interface Drawing {
  readonly sampler: Sampler;
  /** Undefined: the size that suits the sampler, 32 where the sampler has no preference. */
  readonly batchSize: number | undefined;
  readonly views: 1 | 2;
  /** Hard negatives of the whole set, where the caller asks for them. */
  readonly hard: HardNegativeSource | undefined;
}

/** Opens and checks the training data. One epoch is drawn from a data set, so that errors of the sampler come early. */
export async function openFeed(
  where: string,
  input: InputSpec,
  data: TrainingData,
  drawing: Drawing,
  random: Random,
): Promise<Feed> {
  const opened = isStream(data)
    ? openStream(where, input, data, drawing)
    : await openSet(where, input, data, drawing, random);
  return drawing.views === 2 ? { ...opened, feed: inTwoViews(opened.feed) } : opened;
}

async function openSet(
  where: string,
  input: InputSpec,
  data: Dataset | UnlabeledDataset | LazyDataset,
  { sampler, batchSize: given, views, hard }: Drawing,
  random: Random,
): Promise<Feed> {
  const set = await openDataset(where, input, data, views === 2);
  const batchSize = given ?? suitable(sampler, set.labels);
  const steps = epochBatches(sampler, set.labels, random, batchSize).length;
  return {
    feed: datasetFeed(set, sampler, batchSize, hard),
    batchSize,
    labels: set.labels,
    fingerprint: {
      'batch size': batchSize,
      sampler: sampler.name,
      'number of examples': set.source.count,
      ...('split' in data && data.split && { split: data.split.checksum }),
      'checksum of the labels': fnv1a(set.labels) >>> 0,
      'steps an epoch': steps,
    },
  };
}

/** The size of a batch where neither the caller nor the sampler names one. */
const anySize = 32;

function suitable(sampler: Sampler, labels: Int32Array): number {
  const own = sampler.kind === 'batches' ? sampler.defaultBatchSize?.(labels) : undefined;
  return own ?? anySize;
}

function openStream(
  where: string,
  input: InputSpec,
  data: StreamDataset,
  { batchSize = anySize, views }: Drawing,
): Feed {
  checkStream(where, data);
  return {
    batchSize,
    labels: undefined,
    feed: streamFeed(where, data, input, views === 2),
    fingerprint: { 'steps an epoch': data.stepsPerEpoch ?? 'all' },
  };
}

function inTwoViews(feed: BatchFeed): BatchFeed {
  return {
    epoch(epoch, random, from) {
      const { steps, batches } = feed.epoch(epoch, random, from);
      return { steps, batches: doubled(batches) };
    },
  };
}

async function* doubled(
  batches: ReturnType<BatchFeed['epoch']>['batches'],
): ReturnType<BatchFeed['epoch']>['batches'] {
  for await (const batch of batches) yield twoViews(batch);
}
