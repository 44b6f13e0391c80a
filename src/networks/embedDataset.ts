import type { EmbeddingRows } from '../data/embeddings.ts';
import { isLazy, type LazyDataset } from '../data/lazyDataset.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { show } from '../internal/checks.ts';
import { abortSignal, callback, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { type Embedder, embedLazy } from './embedder.ts';
import { embedBatch } from './embedExamples.ts';

export interface EmbedDatasetOptions {
  /** The number of examples that are embedded at a time. Default 256. */
  batchSize?: number;
  /** Called after each batch with the number of examples done, and the number of all. Default: none. */
  onProgress?: (done: number, total: number) => void;
  /** Stops after the batch at hand; its reason is thrown. Default: none. */
  signal?: AbortSignal;
}

export const embedDatasetOptions: OptionTable<EmbedDatasetOptions, 'onProgress' | 'signal'> = {
  batchSize: preset(embedBatch, wholeNumber(1)),
  onProgress: optional(callback('(done, total) => ..')),
  signal: optional(abortSignal),
};

/**
 * The embeddings of a lazy data set as plain numbers, one a row, in the order of its examples. The next batch is read
 * while this one is embedded, so that memory holds two batches and the embeddings.
 *
 * @throws MetricLearningError if the model does not embed such examples, or one cannot be read; the signal's reason when
 * it is aborted.
 * @example
 * const embeddings = await embedDataset(model, data);
 * const { precisionAt1 } = await retrievalMetrics(embeddings, data.labels);
 */
export async function embedDataset(
  model: Embedder,
  data: LazyDataset,
  options: EmbedDatasetOptions = {},
): Promise<EmbeddingRows> {
  const where = 'embedDataset';
  const { batchSize, onProgress, signal } = readOptions(where, embedDatasetOptions, options);
  checkPart(where, 'model', model, 'embed');
  if (!isLazy(data)) {
    throw new MetricLearningError({
      where,
      expected: 'a lazy data set, { count, shape, labels, pick }',
      got: show(data),
      fix: 'Examples in memory are embedded by model.embed(examples).',
    });
  }
  signal?.throwIfAborted();
  return embedLazy(where, model as Embedder<never>, data, batchSize, (done) => {
    onProgress?.(done, data.count);
    signal?.throwIfAborted();
  });
}
