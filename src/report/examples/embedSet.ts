import { Tensor } from '@tensorflow/tfjs-core';
import { readClassLabels } from '../../data/classLabels.ts';
import type { Dataset, Examples } from '../../data/dataset.ts';
import { type EmbeddingRows, readEmbeddings } from '../../data/embeddings.ts';
import { type BatchSource, checkExamples, exampleSource } from '../../data/exampleSource.ts';
import { isLazy, type LazyDataset } from '../../data/lazyDataset.ts';
import { lazySource } from '../../data/lazySource.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';

import type { Random } from '../../random/createRandom.ts';
import type { InputDataset, OpenModel } from '../reportModel.ts';

/** Some examples of a data set, by their indices. */
export interface ChosenSet {
  /** The examples as tensors; undefined where they are an array of inputs. */
  readonly source: BatchSource | undefined;
  /** The batch of the examples at some indices, for the model: a tensor is the caller's to dispose. */
  pick(indices: Int32Array): Tensor | Promise<Tensor> | readonly unknown[];
  readonly labels: Int32Array;
  /** `names[label]` is the name of a class, where the data set says it. */
  readonly names: readonly string[] | undefined;
  /** The index of each in the data set, ascending. */
  readonly ids: Int32Array;
  /** The number of examples of the data set. */
  readonly total: number;
}

/** The examples with their embeddings. */
export interface EmbeddedSet extends ChosenSet {
  readonly rows: EmbeddingRows;
}

/**
 * Opens a data set: all of it, or `limit` of its examples, drawn evenly.
 *
 * @throws MetricLearningError on bad examples or labels.
 */
export async function chooseSet(
  where: string,
  { inputShape }: OpenModel,
  data: Dataset | InputDataset | LazyDataset,
  limit: number,
  random: Random,
  known: readonly string[] = [],
): Promise<ChosenSet> {
  const { inputs, source } = await openExamples(where, inputShape, data);
  const count = inputs?.length ?? source?.count ?? 0;
  const own = 'names' in data ? data.names : undefined;
  const { ids, names } = readClassLabels(where, data.labels, count, 'example', own, known);
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const chosen = count <= limit ? all : random.shuffle(all).slice(0, limit).sort();
  const pick: ChosenSet['pick'] = (indices) =>
    source?.pick(indices) ?? Array.from(indices, (i) => inputs?.[i]);
  return { source, pick, labels: chosen.map((i) => ids[i]!), names, ids: chosen, total: count };
}

/** The examples as an array of inputs, or as a source of tensors. */
async function openExamples(
  where: string,
  inputShape: OpenModel['inputShape'],
  data: Dataset | InputDataset | LazyDataset,
): Promise<{ inputs?: readonly unknown[]; source?: BatchSource }> {
  if (isLazy(data)) return { source: lazySource(where, data, inputShape) };
  if (!inputShape) return { inputs: data.examples as readonly unknown[] };
  const examples = data.examples as Examples;
  const source = exampleSource(where, examples, inputShape);
  await checkExamples(where, examples, source);
  return { source };
}

export interface EmbedSettings {
  readonly batchSize: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
  /** Sees each batch of raw examples, and where in the set it begins. */
  readonly onBatch?: (batch: Tensor, start: number) => Promise<void>;
}

/**
 * Embeds a set, a batch at a time.
 *
 * @throws MetricLearningError if the model does not return [count, dims]; the signal's reason when it is aborted.
 */
export async function embedSet(
  where: string,
  embedder: OpenModel,
  set: ChosenSet,
  { batchSize, onProgress, signal, onBatch }: EmbedSettings,
): Promise<EmbeddedSet> {
  const { ids } = set;
  let [dims, values] = [0, new Float32Array(0)];
  for (let start = 0; start < ids.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = await set.pick(ids.subarray(start, start + batchSize));
    try {
      const { data, shape } = await embedBatch(where, embedder, batch);
      if (start === 0) {
        dims = shape[1];
        values = new Float32Array(ids.length * dims);
      }
      values.set(data, start * dims);
      if (batch instanceof Tensor) await onBatch?.(batch, start);
    } finally {
      if (batch instanceof Tensor) batch.dispose();
    }
    onProgress(Math.min(start + batchSize, ids.length), ids.length);
    await yieldToEvents();
  }
  return { ...set, rows: { data: values, shape: [ids.length, dims] } };
}

async function embedBatch(
  where: string,
  embedder: OpenModel,
  batch: Tensor | readonly unknown[],
): Promise<EmbeddingRows> {
  const made = await embedder.embed(batch);
  try {
    const count = batch instanceof Tensor ? batch.shape[0] : batch.length;
    const rows = await readEmbeddings(where, 'embeddings', made);
    if (rows.shape[0] === count) return rows;
    throw new MetricLearningError({
      where,
      expected: `one embedding for each example (${count})`,
      got: `shape [${rows.shape}]`,
    });
  } finally {
    if (made instanceof Tensor && (made as unknown) !== batch) made.dispose();
  }
}
