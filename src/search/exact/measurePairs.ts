import { ready, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { checkBackend } from '../../internal/checkBackend.ts';
import { distanceOfOrder, exactOrder, lengthsOf, type RowLength } from './exactDistance.ts';
import { checked } from './products.ts';

/** Pairs whose rows are measured by one call of `distance.rowwise`. */
const pairsAtOnce = 2048;

/**
 * The distances of pairs of rows as searches report them: pair i is row `a[i]` of x and row `b[i]` of y. In float64, or
 * by `distance.rowwise` where the distance has no `search`.
 *
 * @throws MetricLearningError if a distance is not finite.
 */
export async function measurePairs(
  where: string,
  distance: Distance,
  [x, a]: readonly [EmbeddingRows, ArrayLike<number>],
  [y, b]: readonly [EmbeddingRows, ArrayLike<number>],
): Promise<Float64Array> {
  const { search } = distance;
  const distances = new Float64Array(a.length);
  if (search) {
    const lengths = lengthsOf(x, search);
    const others = x === y ? lengths : lengthsOf(y, search);
    const order = exactOrder(search, x, y, lengths, (r) => others[r] as RowLength);
    const finish = distanceOfOrder(search);
    for (let i = 0; i < a.length; i++) {
      distances[i] = finish(order(a[i] as number, b[i] as number));
    }
    return distances;
  }
  checkBackend(where);
  await ready();
  for (let start = 0; start < a.length; start += pairsAtOnce) {
    const end = Math.min(start + pairsAtOnce, a.length);
    const values = tidy(() => distance.rowwise(rowsAt(x, a, start, end), rowsAt(y, b, start, end)));
    try {
      distances.set(checked(where, distance, (await values.data()) as Float32Array), start);
    } finally {
      values.dispose();
    }
  }
  return distances;
}

/** The rows of the pairs from `start` to `end - 1`. */
function rowsAt(
  { data, shape: [, dims] }: EmbeddingRows,
  indices: ArrayLike<number>,
  start: number,
  end: number,
): Tensor2D {
  const rows = new Float32Array((end - start) * dims);
  for (let i = start; i < end; i++) {
    const row = indices[i] as number;
    rows.set(data.subarray(row * dims, (row + 1) * dims), (i - start) * dims);
  }
  return tensor2d(rows, [end - start, dims]);
}
