import type { EmbeddingRows } from '../../data/embeddings.ts';

/** The k nearest other rows of each row, nearest first: [count, k], squared Euclidean. */
export interface NearestRows {
  readonly indices: Int32Array;
  readonly distances: Float64Array;
  readonly k: number;
}

const block = 64; // rows compared with as many others while both are in the cache

/** All pairs, each computed once: 10,000 rows of 30 numbers take two seconds. */
export function nearestRows({ data, shape: [count, dims] }: EmbeddingRows, k: number): NearestRows {
  const indices = new Int32Array(count * k);
  const distances = new Float64Array(count * k).fill(Infinity);

  const offer = (row: number, other: number, distance: number): void => {
    const end = (row + 1) * k - 1;
    if (distance >= (distances[end] as number)) return;
    let at = end;
    for (; at > row * k && (distances[at - 1] as number) > distance; at--) {
      distances[at] = distances[at - 1] as number;
      indices[at] = indices[at - 1] as number;
    }
    distances[at] = distance;
    indices[at] = other;
  };

  for (let a = 0; a < count; a += block) {
    const aEnd = Math.min(count, a + block);
    for (let b = a; b < count; b += block) {
      const bEnd = Math.min(count, b + block);
      for (let i = a; i < aEnd; i++) {
        for (let j = Math.max(b, i + 1); j < bEnd; j++) {
          let sum = 0;
          for (let p = i * dims, q = j * dims, end = p + dims; p < end; p++, q++) {
            const difference = (data[p] as number) - (data[q] as number);
            sum += difference * difference;
          }
          offer(i, j, sum);
          offer(j, i, sum);
        }
      }
    }
  }
  return { indices, distances, k };
}
