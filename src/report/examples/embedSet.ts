import { dispose, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Dataset } from '../../data/dataset.ts';
import { type EmbeddingRows, readEmbeddings } from '../../data/embeddings.ts';
import { checkExamples, type ExampleSource, exampleSource } from '../../data/exampleSource.ts';
import { toLabels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import type { Random } from '../../random/createRandom.ts';
import type { Embedder } from '../reportModel.ts';

/** Examples of a data set, chosen but not looked at. */
export interface ChosenSet {
  readonly source: ExampleSource;
  readonly labels: Int32Array;
  /** Where each stands in the data set, ascending. */
  readonly ids: Int32Array;
  /** How many the data set has. */
  readonly total: number;
}

/** The same as the model sees them. */
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
  { inputShape }: Embedder,
  { examples, labels }: Dataset,
  limit: number,
  random: Random,
): Promise<ChosenSet> {
  const source = exampleSource(where, examples, inputShape);
  const { count } = source;
  const ids = toLabels(where, labels, count, 'example');
  await checkExamples(where, examples, source);
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const chosen = count <= limit ? all : random.shuffle(all).slice(0, limit).sort();
  return { source, labels: chosen.map((i) => ids[i] as number), ids: chosen, total: count };
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
  embedder: Embedder,
  set: ChosenSet,
  { batchSize, onProgress, signal, onBatch }: EmbedSettings,
): Promise<EmbeddedSet> {
  const { source, ids } = set;
  let [dims, values] = [0, new Float32Array(0)];
  for (let start = 0; start < ids.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = source.pick(ids.subarray(start, start + batchSize));
    try {
      const { data, shape } = await embedBatch(where, embedder, batch);
      if (start === 0) {
        dims = shape[1];
        values = new Float32Array(ids.length * dims);
      }
      values.set(data, start * dims);
      await onBatch?.(batch, start);
    } finally {
      batch.dispose();
    }
    onProgress(Math.min(start + batchSize, ids.length), ids.length);
    await yieldToEvents();
  }
  return { ...set, rows: { data: values, shape: [ids.length, dims] } };
}

async function embedBatch(
  where: string,
  embedder: Embedder,
  batch: Tensor,
): Promise<EmbeddingRows> {
  const made: Tensor2D = await embedder.embed(batch);
  try {
    const rows = await readEmbeddings(where, 'the embeddings', made);
    if (rows.shape[0] === batch.shape[0]) return rows;
    throw new MetricLearningError({
      where,
      expected: `an embedding of each example (${batch.shape[0]})`,
      got: `shape [${rows.shape}]`,
    });
  } finally {
    if (typeof made?.dispose === 'function' && (made as Tensor) !== batch) dispose(made);
  }
}
