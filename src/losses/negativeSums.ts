import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { readNow } from '../ops/readNow.ts';
import { withGradient } from '../ops/withGradient.ts';
import type { IndexLists } from '../tuples/partners.ts';

/**
 * `log(sum over the negatives n of anchor a of exp(x[a, n] + y[p, n]))` for each pair of an anchor a and a positive p
 * that `pairs` counts, [anchors, candidates]; -1e30 for all others, and where there is no negative.
 *
 * `x` is of shape [anchors, candidates], `y` of [candidates, candidates]; memory grows with their size only.
 */
export function negativeSums(
  where: string,
  x: Tensor2D,
  y: Tensor2D,
  pairs: Tensor2D,
  negatives: IndexLists,
): Tensor2D {
  return withGradient<Tensor2D>([x, y], (save) => {
    const [xs, ys] = [exponentials(readNow(where, x), x), exponentials(readNow(where, y), y)];
    const [anchors, candidates] = pairs.shape;
    const kept = readNow(where, pairs);
    const sums = new Float64Array(kept.length).fill(Number.NEGATIVE_INFINITY);
    for (let a = 0; a < anchors; a++) {
      const list = negatives.items.subarray(negatives.starts[a], negatives.starts[a + 1]);
      if (list.length === 0) continue;
      for (let p = 0; p < candidates; p++) {
        if (kept[a * candidates + p] === 0) continue;
        sums[a * candidates + p] = logSum(xs, a, ys, p, list);
      }
    }
    save([x, y]);
    return {
      value: tensor2d(
        Float32Array.from(sums, (sum) => Math.max(sum, nothing)),
        pairs.shape,
      ),
      gradient: (dy, saved) => {
        const [u, v] = saved as [Tensor2D, Tensor2D];
        const [us, vs] = [readNow(where, u), readNow(where, v)];
        const upstream = readNow(where, dy);
        const pullX = new Float32Array(us.length);
        const pullY = new Float32Array(vs.length);
        for (let a = 0; a < anchors; a++) {
          const list = negatives.items.subarray(negatives.starts[a], negatives.starts[a + 1]);
          for (let p = 0; p < candidates; p++) {
            const weight = upstream[a * candidates + p] as number;
            const sum = sums[a * candidates + p] as number;
            if (weight === 0 || sum === Number.NEGATIVE_INFINITY) continue;
            // Its share is exp(x + y - sum), and both exponentials are at hand but for the rows' peaks.
            const lift = Math.exp((xs.peaks[a] as number) + (ys.peaks[p] as number) - sum);
            for (const n of list) {
              const [i, j] = [a * candidates + n, p * candidates + n];
              const share =
                lift < 1 / underflows
                  ? lift * (xs.values[i] as number) * (ys.values[j] as number)
                  : Math.exp((us[i] as number) + (vs[j] as number) - sum);
              pullX[i] = (pullX[i] as number) + weight * share;
              pullY[j] = (pullY[j] as number) + weight * share;
            }
          }
        }
        return [tensor2d(pullX, u.shape), tensor2d(pullY, v.shape)];
      },
    };
  });
}

const nothing = -1e30;
const underflows = 1e-200;

/** exp(x - the row's largest x): the exponential is taken once an entry, not once a triplet. */
interface Exponentials {
  readonly logs: Float32Array;
  readonly values: Float64Array;
  readonly peaks: Float64Array;
  readonly width: number;
}

function exponentials(logs: Float32Array, { shape: [rows, width] }: Tensor2D): Exponentials {
  const values = new Float64Array(logs.length);
  const peaks = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let peak = Number.NEGATIVE_INFINITY;
    for (let i = row * width; i < (row + 1) * width; i++) peak = Math.max(peak, logs[i] as number);
    for (let i = row * width; i < (row + 1) * width; i++) {
      values[i] = Math.exp((logs[i] as number) - peak);
    }
    peaks[row] = peak;
  }
  return { logs, values, peaks, width };
}

function logSum(x: Exponentials, a: number, y: Exponentials, p: number, list: Int32Array): number {
  const [i, j] = [a * x.width, p * y.width];
  let total = 0;
  for (const n of list) total += (x.values[i + n] as number) * (y.values[j + n] as number);
  if (total > underflows) return (x.peaks[a] as number) + (y.peaks[p] as number) + Math.log(total);
  // Both rows peak far from here: start again from the largest sum.
  let peak = Number.NEGATIVE_INFINITY;
  for (const n of list)
    peak = Math.max(peak, (x.logs[i + n] as number) + (y.logs[j + n] as number));
  total = 0;
  for (const n of list) {
    total += Math.exp((x.logs[i + n] as number) + (y.logs[j + n] as number) - peak);
  }
  return peak + Math.log(total);
}
