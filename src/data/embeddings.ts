import type { Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Embeddings as plain numbers: `data` in row-major order, `shape` [count, dims]. */
export interface EmbeddingRows {
  readonly data: Float32Array;
  readonly shape: readonly [count: number, dims: number];
}

/** Embeddings, one a row: a tensor of shape [count, dims], the same as plain numbers, or an array of rows. */
export type Embeddings = Tensor2D | EmbeddingRows | readonly ArrayLike<number>[];

/**
 * Embeddings as plain numbers, checked; `{ data, shape }` is passed through as it is, a tensor is read and stays the
 * caller's.
 *
 * @throws MetricLearningError if they are not of shape [count, dims], or a row holds NaN or Infinity.
 */
export async function readEmbeddings(
  where: string,
  name: string,
  embeddings: Embeddings,
): Promise<EmbeddingRows> {
  const given = isRows(embeddings) ? joinRows(where, name, embeddings) : embeddings;
  const shape: readonly number[] | undefined = given?.shape;
  const [count = 0, dims = 0] = Array.isArray(shape) ? shape : [];
  if (!Array.isArray(shape) || shape.length !== 2 || !isSize(count) || !isSize(dims)) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be a tensor or { data, shape } of shape [count, dims], or an array of rows`,
      got: Array.isArray(shape) ? `shape [${shape}]` : show(given),
    });
  }
  const data =
    typeof given.data === 'function' ? toFloats(await (given as Tensor2D).data()) : given.data;
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

/** How many embeddings these are, before they are checked: 1 where they are none. */
export function countRows(embeddings: Embeddings): number {
  return isRows(embeddings) ? embeddings.length : (embeddings?.shape?.[0] ?? 1);
}

function isRows(embeddings: Embeddings): embeddings is readonly ArrayLike<number>[] {
  return Array.isArray(embeddings);
}

/** Rows of numbers as one array. */
function joinRows(where: string, name: string, rows: readonly ArrayLike<number>[]): EmbeddingRows {
  const dims = rows[0]?.length ?? 0;
  const odd = rows.findIndex((row) => !isRow(row) || row.length !== dims);
  if (dims === 0 || odd >= 0) {
    const row: unknown = rows[Math.max(0, odd)];
    throw new MetricLearningError({
      where,
      expected: `${name} as rows of equally many numbers`,
      got: rows.length === 0 ? 'no row' : `${show(row)} in row ${Math.max(0, odd)}`,
      ...(typeof row === 'number' ? { fix: 'Put one embedding into an array: [embedding].' } : {}),
    });
  }
  const data = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    data.set(row, i * dims);
  });
  return { data, shape: [rows.length, dims] };
}

/** Whether this is a typed or plain array of numbers. A text in a plain array would become a number without a word. */
function isRow(row: unknown): row is ArrayLike<number> {
  if (Array.isArray(row)) return row.every((value) => typeof value === 'number');
  return ArrayBuffer.isView(row) && typeof (row as Float32Array)[0] === 'number';
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
