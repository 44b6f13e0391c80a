import { concat, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { Dataset, UnlabeledDataset } from '../../data/dataset.ts';
import type { LazyDataset } from '../../data/lazyDataset.ts';
import { type InputSpec, type OpenDataset, openDataset } from '../../data/openDataset.ts';
import { checkStream, isStream, type StreamDataset } from '../../data/streamDataset.ts';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { Loss } from '../../losses/loss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { embedSource } from '../../networks/embedExamples.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { Batch } from './batches.ts';
import { heldBatch, type LoadedBatch, twoViews } from './batchFeed.ts';
import { embedStream } from './embedStream.ts';
import type { GradientParts } from './gradients.ts';
import { heldOutBatches, heldOutSampler } from './heldOutBatches.ts';
import { heldOutLoss, lossOf } from './heldOutLoss.ts';
import { measuring } from './measuring.ts';
import type { TrainingData } from './openFeed.ts';
import { checkClasses } from './teaching.ts';
import type { ValidationMetric } from './trainOptions.ts';

/** What was measured on held-out examples after an epoch. */
export interface Validation {
  readonly valLoss: number | undefined;
  readonly metrics: Record<string, number>;
}

/** What a validation is made of. */
export interface ValidationParts {
  readonly learner: GradientParts & { readonly loss: Loss | KerasLoss };
  readonly input: InputSpec;
  readonly data: TrainingData;
  /** The sampler of the training set. */
  readonly sampler: Sampler;
  /** The sampler of the held-out examples, where the caller names one. */
  readonly validationSampler: Sampler | undefined;
  readonly batchSize: number;
  readonly random: Random;
  readonly metrics: Readonly<Record<string, ValidationMetric>>;
  /** Whether the loss is measured too; a loss over classes cannot judge others. */
  readonly judged: boolean;
  /** What the loss measures; metrics measure the same. */
  readonly distance: Distance;
}

/** No validation: nothing is measured. */
export async function noValidation(): Promise<Validation> {
  return { valLoss: undefined, metrics: {} };
}

/**
 * Makes the function that measures loss and metrics on held-out examples after an epoch. Each example is embedded once;
 * measuring changes nothing in network and loss.
 *
 * @throws MetricLearningError that says it is about the validation, if examples, labels and sampler do not go together.
 */
export async function createValidation(
  where: string,
  parts: ValidationParts,
): Promise<(epoch: number) => Promise<Validation>> {
  const { learner, data } = parts;
  const measure = isStream(data)
    ? openStream(where, parts, data)
    : await openSet(where, parts, data);
  return (epoch) => measuring(learner.base, learner.loss, () => measure(epoch));
}

async function openSet(
  where: string,
  parts: ValidationParts,
  data: Dataset | UnlabeledDataset | LazyDataset,
): Promise<() => Promise<Validation>> {
  const { learner, input } = parts;
  const set = await openDataset(where, input, data, learner.views === 2);
  if (learner.views === 2) return () => measureViews(parts, set);
  const batches = parts.judged ? batchesOf(where, parts, set.labels) : [];
  return async () => {
    const embeddings = await embedSource(learner.forward, set.source);
    return measureEmbeddings(parts, embeddings, set.labels, () => batches);
  };
}

function openStream(
  where: string,
  parts: ValidationParts,
  data: StreamDataset,
): (epoch: number) => Promise<Validation> {
  checkStream(where, data);
  const { learner, input } = parts;
  const inOrder = parts.validationSampler === undefined && typeof learner.loss !== 'function';
  return async (epoch) => {
    let viewLosses = 0;
    const visit =
      learner.views === 2
        ? async (batch: LoadedBatch, number: number): Promise<void> => {
            const random = parts.random.fork(`views ${number}`);
            viewLosses += batch.indices.length * (await lossOfViews(learner, batch, random));
          }
        : undefined;
    const all = await embedStream(where, data, input, learner.forward, epoch, visit);
    const { embeddings, labels } = all;
    if (learner.views === 2) {
      const valLoss = viewLosses / labels.length;
      return { valLoss, metrics: await measureMetrics(parts, embeddings, labels) };
    }
    const batches = (): readonly Batch[] =>
      inOrder ? all.batches : batchesOf(where, parts, labels);
    return measureEmbeddings(parts, embeddings, labels, batches);
  };
}

function batchesOf(
  where: string,
  { sampler, validationSampler, random, batchSize }: ValidationParts,
  labels: Int32Array,
): Batch[] {
  const chosen = validationSampler ?? heldOutSampler(sampler);
  return heldOutBatches(where, chosen, labels, random, batchSize);
}

/** Loss and metrics of embeddings, which are disposed. */
async function measureEmbeddings(
  parts: ValidationParts,
  embeddings: Tensor2D,
  labels: Int32Array,
  batches: () => readonly Batch[],
): Promise<Validation> {
  let valLoss: number | undefined;
  try {
    if (parts.judged) {
      valLoss = await heldOutLoss(embeddings, batches(), parts.learner);
      if (valLoss === 0) checkHeldClasses(parts.learner.loss, labels);
    }
  } catch (error) {
    embeddings.dispose();
    throw error;
  }
  return { valLoss, metrics: await measureMetrics(parts, embeddings, labels) };
}

/** The metrics of embeddings, which are disposed. */
async function measureMetrics(
  { metrics: requested, distance }: ValidationParts,
  embeddings: Tensor2D,
  labels: Int32Array,
): Promise<Record<string, number>> {
  try {
    const metrics: Record<string, number> = {};
    for (const [name, metric] of Object.entries(requested)) {
      const value: unknown = await metric(embeddings, labels, { distance });
      if (typeof value !== 'number') throw noNumber(name, value);
      metrics[name] = value;
    }
    return metrics;
  } finally {
    embeddings.dispose();
  }
}

/** The loss of two augmented views of each example, the same views after each epoch; the metrics are of the examples. */
async function measureViews(parts: ValidationParts, set: OpenDataset): Promise<Validation> {
  const { learner, batchSize, random } = parts;
  const { source, labels } = set;
  let losses = 0;
  for (let start = 0, i = 0; start < source.count; start += batchSize, i++) {
    const end = Math.min(start + batchSize, source.count);
    const indices = Int32Array.from({ length: end - start }, (_, row) => start + row);
    const drawn = {
      indices,
      labels: labels.slice(start, end),
      triplets: undefined,
      weight: end - start,
    };
    const batch = heldBatch(drawn, await source.range(start, end));
    try {
      losses += (end - start) * (await lossOfViews(learner, batch, random.fork(`views ${i}`)));
    } finally {
      batch.dispose();
    }
  }
  const embeddings = await embedSource(learner.forward, source);
  return {
    valLoss: losses / source.count,
    metrics: await measureMetrics(parts, embeddings, labels),
  };
}

async function lossOfViews(
  learner: GradientParts,
  batch: Parameters<typeof twoViews>[0],
  random: Random,
): Promise<number> {
  const { forward, augment, keys } = learner;
  const embeddings = tidy(() => {
    const count = batch.indices.length;
    const view = (): Tensor => augment(batch.examples(0, count), random);
    const first = forward(view(), 'inference');
    const second = keys ? keys(view()) : forward(view(), 'inference');
    return concat([first, second], 0);
  });
  return lossOf(embeddings, twoViews(batch), learner);
}

/** @throws MetricLearningError if a loss of 0 comes from held-out examples of one class: it would be the best of all epochs. */
function checkHeldClasses(loss: Loss | KerasLoss, labels: Int32Array): void {
  checkClasses('TripletModel.fit (validation)', labels, { loss, overViews: false });
}

function noNumber(name: string, got: unknown): MetricLearningError {
  return new MetricLearningError({
    where: 'TripletModel.fit',
    expected: `validationMetrics.${name} to return a number`,
    got: show(got),
    fix: `Return one of its numbers: ${name}: async (embeddings, labels) => (await metric(embeddings, labels)).value.`,
  });
}
