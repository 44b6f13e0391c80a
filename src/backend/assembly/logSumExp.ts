// The logarithm of a sum of exponentials, row by row, and its gradient.
import { lanesBefore, storeLanes } from './lanes';
import { REDUCE_MAX } from './operations';
import { combineLanes, combineRow, PART, sumOfLanes } from './reduce';
import { boundedExp, callExp, callLog } from './transcendental';

/**
 * sums[i] = log(sum over j of counts[i][j] * exp(x[i][j])), with `addOne` log(1 + that); `empty` where nothing counts.
 * `counts` 0: each counts once. Rows `from` to `to`.
 */
export function logSumExp(
  x: usize,
  counts: usize,
  sums: usize,
  columns: i32,
  addOne: i32,
  empty: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = from; i < to; i++) {
    const row = x + <usize>i * bytes;
    const times = counts + <usize>i * bytes;
    const peak = counts ? countedPeak(row, times, bytes) : combineRow(REDUCE_MAX, row, columns);
    let sum = f32x4.splat(empty);
    if (f32x4.extract_lane(peak, 0) > -Infinity) {
      const top = addOne ? f32x4.max(peak, f32x4.splat(0)) : peak;
      let total = sumOfExponentials(row, counts ? times : 0, bytes, top);
      if (addOne) total = f32x4.add(total, callExp(f32x4.neg(top)));
      sum = f32x4.add(top, callLog(total));
    }
    v128.store_lane<f32>(sums + ((<usize>i) << 2), sum, 0);
  }
}

/** The largest x that counts, in each lane. */
function countedPeak(x: usize, counts: usize, bytes: usize): v128 {
  let peak = f32x4.splat(-Infinity);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const counted = f32x4.gt(v128.load(counts + at), f32x4.splat(0));
    const here = v128.bitselect(v128.load(x + at), f32x4.splat(-Infinity), counted);
    peak = f32x4.max(peak, here);
  }
  for (; at < bytes; at += 4) {
    if (load<f32>(counts + at) > 0) peak = f32x4.max(peak, v128.load_splat<f32>(x + at));
  }
  return combineLanes(REDUCE_MAX, peak);
}

/** count * exp(x - top) of four columns; 0 where count is, whatever x is, and past the end, at `bytes`. */
// @inline
function exponentials(x: usize, counts: usize, at: usize, bytes: usize, top: v128): v128 {
  const count = counts ? v128.load(counts + at) : f32x4.splat(1); // past the end there is slack
  const counted = v128.and(f32x4.gt(count, f32x4.splat(0)), lanesBefore(<i32>((bytes - at) >> 2)));
  if (!v128.any_true(counted)) return f32x4.splat(0);
  return v128.and(f32x4.mul(count, boundedExp(f32x4.sub(v128.load(x + at), top))), counted);
}

/** The sum over a row, in each lane. */
function sumOfExponentials(x: usize, counts: usize, bytes: usize, top: v128): v128 {
  let total: f64 = 0;
  let at: usize = 0;
  while (at < bytes) {
    const end = min(at + PART, bytes);
    let sums = f32x4.splat(0);
    for (; at < end; at += 16) sums = f32x4.add(sums, exponentials(x, counts, at, bytes, top));
    total += sumOfLanes(sums);
  }
  return f32x4.splat(<f32>total);
}

/** dx[i][j] = dy[i] * counts[i][j] * exp(x[i][j] - sums[i]): the gradient of logSumExp. Rows `from` to `to`. */
export function logSumExpGradient(
  x: usize,
  counts: usize,
  sums: usize,
  dy: usize,
  dx: usize,
  columns: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = from; i < to; i++) {
    const row = x + <usize>i * bytes;
    const times = counts + <usize>i * bytes;
    const target = dx + <usize>i * bytes;
    const sum = v128.load_splat<f32>(sums + ((<usize>i) << 2));
    const slope = v128.load_splat<f32>(dy + ((<usize>i) << 2));
    for (let at: usize = 0; at < bytes; at += 16) {
      const shares = exponentials(row, counts ? times : 0, at, bytes, sum);
      const gradient = f32x4.mul(slope, shares);
      if (at + 16 <= bytes) v128.store(target + at, gradient);
      else storeLanes(target + at, gradient, <i32>((bytes - at) >> 2));
    }
  }
}
