import type { Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Embeddings as plain numbers: `data` in row-major order, `shape` [count, dims]. */
export interface EmbeddingRows {
  readonly data: Float32Array;
  readonly shape: readonly [count: number, dims: number];
}

/** Embeddings, one a row: a tensor of shape [count, dims], or the same as plain numbers. */
export type Embeddings = Tensor2D | EmbeddingRows;

/**
 * Embeddings as plain numbers, checked; plain numbers are passed through as they are, a tensor is read and stays
 * the caller's.
 *
 * @throws MetricLearningError if they are not of shape [count, dims], or a row holds NaN or Infinity.
 */
export async function readEmbeddings(
  where: string,
  name: string,
  embeddings: Embeddings,
): Promise<EmbeddingRows> {
  const shape: readonly number[] | undefined = embeddings?.shape;
  const [count = 0, dims = 0] = Array.isArray(shape) ? shape : [];
  if (!Array.isArray(shape) || shape.length !== 2 || !isSize(count) || !isSize(dims)) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be a tensor or { data, shape } of shape [count, dims]`,
      got: Array.isArray(shape) ? `shape [${shape}]` : show(embeddings),
    });
  }
  const data =
    typeof embeddings.data === 'function'
      ? toFloats(await (embeddings as Tensor2D).data())
      : embeddings.data;
  if (!(data instanceof Float32Array) || data.length !== count * dims) {
    throw new MetricLearningError({
      where,
      expected: `${name}.data to be a Float32Array of ${count} * ${dims} values`,
      got: data instanceof Float32Array ? `${data.length} values` : show(data),
    });
  }
  checkFiniteRows(where, name, data, dims);
  return { data, shape: [count, dims] };
}

/** Throws if the two are not of the same width. */
export function checkSameDims(where: string, query: EmbeddingRows, reference: EmbeddingRows): void {
  if (query.shape[1] !== reference.shape[1]) {
    throw new MetricLearningError({
      where,
      expected: 'query and reference to have the same number of dims',
      got: `${query.shape[1]} and ${reference.shape[1]}`,
    });
  }
}

function checkFiniteRows(where: string, name: string, data: Float32Array, dims: number): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new MetricLearningError({
        where,
        expected: `${name} to be finite`,
        got: `${data[i]} in row ${Math.floor(i / dims)}`,
      });
    }
  }
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function toFloats(values: Float32Array | Int32Array | Uint8Array): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
