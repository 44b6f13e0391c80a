import type { Dataset, UnlabeledDataset } from '../../data/dataset.ts';
import { type InputSpec, openDataset } from '../../data/openDataset.ts';
import { checkStream, isStream, type StreamDataset } from '../../data/streamDataset.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { Fingerprint } from '../checkpoints/checkpoint.ts';
import { epochBatches } from './batches.ts';
import { type BatchFeed, datasetFeed, streamFeed, twoViews } from './batchFeed.ts';

/** What `fit` trains on. */
export type TrainingData = Dataset | UnlabeledDataset | StreamDataset;

/** Where batches come from, and what of it a resumed run must have in common with the run that it goes on from. */
export interface Feed {
  readonly feed: BatchFeed;
  readonly fingerprint: Fingerprint;
}

/** How a data set is drawn from. */
export interface Drawing {
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly views: 1 | 2;
}

/** Opens and checks the training data; a data set is drawn from once, so that a sampler that refuses it does so now. */
export async function openFeed(
  where: string,
  input: InputSpec,
  data: TrainingData,
  drawing: Drawing,
  random: Random,
): Promise<Feed> {
  const opened = isStream(data)
    ? openStream(where, input, data)
    : await openSet(where, input, data, drawing, random);
  return drawing.views === 2 ? { ...opened, feed: inTwoViews(opened.feed) } : opened;
}

async function openSet(
  where: string,
  input: InputSpec,
  data: Dataset | UnlabeledDataset,
  { sampler, batchSize, views }: Drawing,
  random: Random,
): Promise<Feed> {
  const set = await openDataset(where, input, data, views === 2);
  const steps = epochBatches(sampler, set.labels, random, batchSize).length;
  return {
    feed: datasetFeed(set, sampler, batchSize),
    fingerprint: {
      'batch size': batchSize,
      sampler: sampler.name,
      'number of examples': set.source.count,
      'steps an epoch': steps,
    },
  };
}

function openStream(where: string, input: InputSpec, data: StreamDataset): Feed {
  checkStream(where, data);
  return {
    feed: streamFeed(where, data, input),
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
