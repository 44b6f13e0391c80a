import type { EmbeddingRows } from '../../data/embeddings.ts';

/** The dot product of row i of x and row j of y, in float64. */
export function dotProduct(
  x: Float32Array,
  i: number,
  y: Float32Array,
  j: number,
  dims: number,
): number {
  let sum = 0;
  for (let k = 0, a = i * dims, b = j * dims; k < dims; k++) {
    sum += x[a + k]! * y[b + k]!;
  }
  return sum;
}

/** Embeddings of which row i stands for `factors[i]` times itself; without factors each row stands for itself. */
export interface ScaledRows extends EmbeddingRows {
  readonly factors?: Float64Array;
}

/** The squared distance of each row from `center`, in float64. Default: from the origin. */
export function squaredNorms(
  { data, shape: [count, dims], factors }: ScaledRows,
  center: Float64Array = new Float64Array(dims),
): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    const factor = factors ? factors[i]! : 1;
    let sum = 0;
    for (let k = 0; k < dims; k++, at++) {
      const value = data[at]! * factor - center[k]!;
      sum += value * value;
    }
    norms[i] = sum;
  }
  return norms;
}

/** The mean row of all parts, rounded to 1/256 of each column's range, so that few subtractions of it are rounded. */
export function roundedMean(parts: readonly ScaledRows[]): Float64Array {
  const total = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const dims = parts[0]?.shape[1] ?? 0;
  const mean = new Float64Array(dims);
  const largest = new Float64Array(dims);
  for (const { data, shape, factors } of parts) {
    for (let i = 0, at = 0; i < shape[0]; i++) {
      const factor = factors ? factors[i]! : 1;
      for (let k = 0; k < dims; k++, at++) {
        const value = data[at]! * factor;
        mean[k] = mean[k]! + value / total;
        largest[k] = Math.max(largest[k]!, Math.abs(value));
      }
    }
  }
  return mean.map((value, k) => {
    const step = 2 ** (Math.ceil(Math.log2(largest[k]!)) - 8);
    return step > 0 ? Math.round(value / step) * step : 0;
  });
}

/** Row i as `(row - center) * scales[i]`. */
export function moved(
  { data, shape, factors }: ScaledRows,
  center: Float64Array,
  scales: Float64Array,
): EmbeddingRows {
  const [count, dims] = shape;
  const result = new Float32Array(data.length);
  for (let i = 0, at = 0; i < count; i++) {
    const scale = scales[i]!;
    const factor = factors ? factors[i]! : 1;
    for (let k = 0; k < dims; k++, at++) {
      result[at] = (data[at]! * factor - center[k]!) * scale;
    }
  }
  return { data: result, shape };
}

/** Each row with further values at its end, one of each column. */
export function extended(
  { data, shape: [count, dims] }: EmbeddingRows,
  columns: readonly Float64Array[],
): EmbeddingRows {
  const width = dims + columns.length;
  const result = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    result.set(data.subarray(i * dims, (i + 1) * dims), i * width);
    for (const [c, column] of columns.entries()) result[i * width + dims + c] = column[i]!;
  }
  return { data: result, shape: [count, width] };
}
