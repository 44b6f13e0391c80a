import { Tensor } from '@tensorflow/tfjs-core';
import type { Examples } from '../data/dataset.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { isLazy, type LazyDataset } from '../data/lazyDataset.ts';
import { lazySource } from '../data/lazySource.ts';
import { prefetch } from '../data/prefetch.ts';
import type { Distance } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';

/**
 * What makes embeddings: a `TripletModel`, what `createEmbedder` makes, or a record of your own around any model or
 * service. `embed` may be asynchronous, and its inputs may be of any type, such as texts or files.
 *
 * @example
 * const model: Embedder<string[]> = { dims: 384, embed: async (texts) => await session.embed(texts) };
 */
export interface Embedder<Inputs = Examples> {
  /** The width of the embeddings. */
  readonly dims: number;
  /** The distance that the embeddings are made for. Default: `lpDistance()`. */
  readonly distance?: Distance;
  /** The names of the classes that it was trained on: `names[id]` is the name of class id `id`. Default: none. */
  readonly names?: readonly string[];
  /** The embeddings of some inputs, one a row. A returned tensor is disposed by the library. */
  embed(inputs: Inputs): Embeddings | Promise<Embeddings>;
}

/** An embedder with a name by which a bundle recognizes it. */
export interface Extractor<Inputs = Examples> extends Embedder<Inputs> {
  /** Which model it is, with its version: another id means other embeddings. */
  readonly id: string;
}

/** Inputs of an array that are embedded at a time. */
const inputsAtOnce = 256;

/**
 * The embeddings of some inputs as plain numbers; an array of inputs, or a lazy data set, is embedded 256 at a time.
 *
 * @throws MetricLearningError if the embedder does not return one finite row of `dims` numbers for each input.
 */
export async function embedInputs<Inputs>(
  where: string,
  model: Embedder<Inputs>,
  inputs: Inputs | LazyDataset,
): Promise<EmbeddingRows> {
  if (isLazy(inputs)) return embedLazy(where, model as Embedder<never>, inputs, inputsAtOnce);
  if (!Array.isArray(inputs)) return embedOnce(where, model, inputs);
  if (inputs.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one input', got: 'none' });
  }
  const data = new Float32Array(inputs.length * model.dims);
  for (let start = 0; start < inputs.length; start += inputsAtOnce) {
    const some = inputs.slice(start, start + inputsAtOnce);
    const rows = await embedOnce(where, model, some as Inputs);
    if (rows.shape[0] !== some.length) throw wrongCount(where, some.length, rows.shape[0]);
    data.set(rows.data, start * model.dims);
  }
  return { data, shape: [inputs.length, model.dims] };
}

/**
 * The embeddings of a lazy data set: the next batch is read while this one is embedded. `onBatch` is called after each
 * batch with the number of examples that are done.
 */
export async function embedLazy(
  where: string,
  model: Embedder<never>,
  data: LazyDataset,
  batchSize: number,
  onBatch: (done: number) => void = () => {},
): Promise<EmbeddingRows> {
  const { dims } = model;
  const source = lazySource(where, data, undefined);
  const starts = Array.from(
    { length: Math.ceil(source.count / batchSize) },
    (_, i) => i * batchSize,
  );
  const endOf = (start: number): number => Math.min(start + batchSize, source.count);
  const rows = new Float32Array(source.count * dims);
  for await (const [start, examples] of prefetch(starts, (at) => source.range(at, endOf(at)))) {
    try {
      const { data: some, shape } = await embedOnce(where, model, examples as never);
      if (shape[0] !== endOf(start) - start)
        throw wrongCount(where, endOf(start) - start, shape[0]);
      rows.set(some, start * dims);
    } finally {
      examples.dispose();
    }
    onBatch(endOf(start));
  }
  return { data: rows, shape: [source.count, dims] };
}

function wrongCount(where: string, inputs: number, rows: number): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `embed to return one row for each of ${inputs} inputs`,
    got: `${rows} rows`,
  });
}

async function embedOnce<Inputs>(
  where: string,
  model: Embedder<Inputs>,
  inputs: Inputs,
): Promise<EmbeddingRows> {
  const made = await model.embed(inputs);
  try {
    const rows = await readEmbeddings(where, 'embeddings', made);
    if (rows.shape[1] === model.dims) return rows;
    throw new MetricLearningError({
      where,
      expected: `embeddings of the model's width (${model.dims})`,
      got: `shape [${rows.shape}]`,
    });
  } finally {
    if (made instanceof Tensor && (made as unknown) !== inputs) made.dispose();
  }
}
