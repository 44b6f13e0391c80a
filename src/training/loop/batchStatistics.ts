import { squaredDistance } from '../../internal/squaredDistance.ts';
import type { Batch } from './batches.ts';

/** What a batch's embeddings look like. Distances and lengths are Euclidean. */
export interface BatchStatistics {
  /** Mean length of an embedding. */
  readonly embeddingNorm: number;
  /** Root mean square distance of the embeddings from their mean: 0 when all are one point. */
  readonly spread: number;
  /** Mean distance of examples of one class; NaN in a batch without two of one class. */
  readonly samePairDistance: number;
  /** Mean distance of examples of different classes; NaN in a batch of one class. */
  readonly differentPairDistance: number;
}

/** Looks at embeddings [batch, dims] in one pass; distances are of the batch's triplets, or of up to 256 of its pairs. */
export function batchStatistics(
  embeddings: ArrayLike<number>,
  dims: number,
  batch: Batch,
): BatchStatistics {
  const count = embeddings.length / dims;
  const center = new Float64Array(dims);
  let lengths = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    let length = 0;
    for (let k = 0; k < dims; k++) {
      const value = embeddings[i * dims + k]!;
      length += value * value;
      center[k]! += value / count;
    }
    lengths += Math.sqrt(length);
    squares += length;
  }
  const centerSquares = center.reduce((sum, value) => sum + value * value, 0);
  const pairs = pairsOf(batch, count);
  const distance = ([i, j]: Pair): number => euclidean(embeddings, dims, i, j);
  return {
    embeddingNorm: lengths / count,
    spread: Math.sqrt(Math.max(0, squares / count - centerSquares)),
    samePairDistance: mean(pairs.same.map(distance)),
    differentPairDistance: mean(pairs.different.map(distance)),
  };
}

type Pair = readonly [number, number];

const mostPairs = 256;

function pairsOf({ triplets, labels }: Batch, count: number): { same: Pair[]; different: Pair[] } {
  if (triplets) {
    const { anchor, positive, negative } = triplets;
    const to = (other: Int32Array): Pair[] => Array.from(anchor, (a, i): Pair => [a, other[i]!]);
    return { same: to(positive), different: to(negative) };
  }
  const same: Pair[] = [];
  const different: Pair[] = [];
  for (let gap = 1; gap < count; gap++) {
    for (let i = 0; i + gap < count; i++) {
      const list = labels[i] === labels[i + gap] ? same : different;
      if (list.length < mostPairs) list.push([i, i + gap]);
    }
    if (same.length >= mostPairs && different.length >= mostPairs) break;
  }
  return { same, different };
}

function euclidean(values: ArrayLike<number>, dims: number, i: number, j: number): number {
  return Math.sqrt(squaredDistance(values, i, values, j, dims));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
