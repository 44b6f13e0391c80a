import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { type IndexLists, listAt } from '../tuples/internal/partners.ts';
import { readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * `log(sum over the negatives n of anchor a of exp(x[a, n] + y[p, n]))` for each pair of an anchor a and a positive p
 * that `pairs` counts, [anchors, candidates]; -1e30 for every other pair, and for an anchor without negatives.
 *
 * `x` has the shape [anchors, candidates] and `y` [candidates, candidates]. Memory grows with their sizes, not with the
 * number of triplets.
 */
export function negativeSums(
  where: string,
  x: Tensor2D,
  y: Tensor2D,
  pairs: Tensor2D,
  negatives: IndexLists,
): Tensor2D {
  return withGradient<Tensor2D>([x, y], () => {
    const xs = exponentials(readNow(where, x), x);
    const ys = x === y ? xs : exponentials(readNow(where, y), y);
    const [anchors, candidates] = pairs.shape;
    const kept = readNow(where, pairs);
    const sums = new Float64Array(kept.length).fill(Number.NEGATIVE_INFINITY);
    const row = new Float64Array(candidates);
    for (let a = 0; a < anchors; a++) {
      const list = listAt(negatives, a);
      if (list.length === 0) continue;
      fillRow(row, xs, a, list);
      for (let p = 0; p < candidates; p++) {
        if (kept[a * candidates + p] === 0) continue;
        const total = dot(row, ys.values, p * candidates);
        sums[a * candidates + p] =
          total > underflows
            ? xs.peaks[a]! + ys.peaks[p]! + Math.log(total)
            : logSum(xs, a, ys, p, list);
      }
    }
    const value = new Float32Array(sums.length);
    for (let i = 0; i < sums.length; i++) value[i] = Math.max(sums[i]!, nothing);
    const shapes = [x.shape, y.shape] as const;
    return {
      value: tensor2d(value, pairs.shape),
      gradient: (dy) => {
        const [us, vs] = [xs.logs, ys.logs];
        const upstream = readNow(where, dy);
        const gradientX = new Float32Array(us.length);
        const gradientY = new Float32Array(vs.length);
        for (let a = 0; a < anchors; a++) {
          const list = listAt(negatives, a);
          fillRow(row, xs, a, list);
          const start = a * candidates;
          for (let p = 0; p < candidates; p++) {
            const weight = upstream[start + p]!;
            const sum = sums[start + p]!;
            if (weight === 0 || sum === Number.NEGATIVE_INFINITY) continue;
            const from = p * candidates;
            // Its share is exp(x + y - sum), and both exponentials are at hand but for the rows' peaks.
            const lift = Math.exp(xs.peaks[a]! + ys.peaks[p]! - sum);
            if (lift < 1 / underflows) {
              const factor = weight * lift;
              for (let n = 0; n < candidates; n++) {
                const derivative = factor * row[n]! * ys.values[from + n]!;
                gradientX[start + n] = gradientX[start + n]! + derivative;
                gradientY[from + n] = gradientY[from + n]! + derivative;
              }
              continue;
            }
            for (const n of list) {
              const derivative = weight * Math.exp(us[start + n]! + vs[from + n]! - sum);
              gradientX[start + n] = gradientX[start + n]! + derivative;
              gradientY[from + n] = gradientY[from + n]! + derivative;
            }
          }
        }
        return [tensor2d(gradientX, shapes[0]), tensor2d(gradientY, shapes[1])];
      },
    };
  });
}

const nothing = -1e30;
const underflows = 1e-200;

/** exp(x - the largest x of the row): one exponential for each entry, not for each triplet. */
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
    for (let i = row * width; i < (row + 1) * width; i++) peak = Math.max(peak, logs[i]!);
    for (let i = row * width; i < (row + 1) * width; i++) {
      values[i] = Math.exp(logs[i]! - peak);
    }
    peaks[row] = peak;
  }
  return { logs, values, peaks, width };
}

/** The exponentials of one row at the columns of the list, 0 elsewhere: later loops need no index and are quicker. */
function fillRow(
  row: Float64Array,
  { values, width }: Exponentials,
  at: number,
  list: Int32Array,
): void {
  row.fill(0);
  for (const n of list) row[n] = row[n]! + values[at * width + n]!;
}

/** The dot product with the row that starts at `from`, as four independent sums, which is quicker. */
function dot(row: Float64Array, values: Float64Array, from: number): number {
  const whole = row.length - (row.length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let n = 0; n < whole; n += 4) {
    s0 += row[n]! * values[from + n]!;
    s1 += row[n + 1]! * values[from + n + 1]!;
    s2 += row[n + 2]! * values[from + n + 2]!;
    s3 += row[n + 3]! * values[from + n + 3]!;
  }
  for (let n = whole; n < row.length; n++) s0 += row[n]! * values[from + n]!;
  return s0 + s1 + (s2 + s3);
}

/** `log(sum of exp(x + y))` relative to the largest x + y, for rows whose largest values are far from the negatives. */
function logSum(x: Exponentials, a: number, y: Exponentials, p: number, list: Int32Array): number {
  const [i, j] = [a * x.width, p * y.width];
  let peak = Number.NEGATIVE_INFINITY;
  for (const n of list) {
    peak = Math.max(peak, x.logs[i + n]! + y.logs[j + n]!);
  }
  let total = 0;
  for (const n of list) {
    total += Math.exp(x.logs[i + n]! + y.logs[j + n]! - peak);
  }
  return peak + Math.log(total);
}
