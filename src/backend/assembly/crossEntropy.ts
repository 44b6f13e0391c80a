// Cross entropy over logits of one row an example and one column a class, and its gradient, row by row.
//
// A row's logits are scale * x, where x at the target class may be replaced by `targetX`: x less a margin.
import { REDUCE_MAX } from './operations';
import { combineLanes, PART, sumOfLanes } from './reduce';
import { lanes, lanesBefore, storeLanes } from './lanes';
import { boundedExp, callLog } from './transcendental';

/** Four logits of a row from column `at >> 2` on; -Infinity past its end, at `bytes`. */
// @inline
function logitsAt(
  row: usize,
  at: usize,
  bytes: usize,
  column: v128,
  targetValue: v128,
  scale: v128,
): v128 {
  const columns = i32x4.add(lanes(), i32x4.splat(<i32>(at >> 2)));
  const x = v128.bitselect(targetValue, v128.load(row + at), i32x4.eq(columns, column)); // past the end there is slack
  const inside = lanesBefore(<i32>((bytes - at) >> 2));
  return v128.bitselect(f32x4.mul(x, scale), f32x4.splat(-Infinity), inside);
}

/** losses[i] = log(sum over j of exp(logits[i][j])) - logits[i][targets[i]]. `targetX` may be 0. Rows `from` to `to`. */
export function crossEntropy(
  x: usize,
  targets: usize,
  targetX: usize,
  losses: usize,
  columns: i32,
  scale: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  const factor = f32x4.splat(scale);
  for (let i = from; i < to; i++) {
    const row = x + <usize>i * bytes;
    const targetColumn = v128.load_splat<i32>(targets + ((<usize>i) << 2));
    const targetValue = valueAtTarget(row, targets, targetX, i);
    let peaks = f32x4.splat(-Infinity);
    for (let at: usize = 0; at < bytes; at += 16) {
      peaks = f32x4.pmax(peaks, logitsAt(row, at, bytes, targetColumn, targetValue, factor));
    }
    const top = combineLanes(REDUCE_MAX, peaks);
    let total: f64 = 0;
    let at: usize = 0;
    while (at < bytes) {
      const end = min(at + PART, bytes);
      let sums = f32x4.splat(0);
      for (; at < end; at += 16) {
        const logits = logitsAt(row, at, bytes, targetColumn, targetValue, factor);
        sums = f32x4.add(sums, boundedExp(f32x4.sub(logits, top)));
      }
      total += sumOfLanes(sums);
    }
    const above = f32x4.sub(top, f32x4.mul(targetValue, factor));
    const loss = f32x4.add(above, callLog(f32x4.splat(<f32>total)));
    v128.store_lane<f32>(losses + ((<usize>i) << 2), loss, 0);
  }
}

/** dx from dy, the gradient of `losses`; at the target class times `derivative`, where that is not 0. Rows `from` to `to`. */
export function crossEntropyGradient(
  x: usize,
  targets: usize,
  targetX: usize,
  derivative: usize,
  losses: usize,
  dy: usize,
  dx: usize,
  columns: i32,
  scale: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  const factor = f32x4.splat(scale);
  const one = f32x4.splat(1);
  for (let i = from; i < to; i++) {
    const row = x + <usize>i * bytes;
    const target = dx + <usize>i * bytes;
    const word = (<usize>i) << 2;
    const targetColumn = v128.load_splat<i32>(targets + word);
    const targetValue = valueAtTarget(row, targets, targetX, i);
    const targetLogit = f32x4.mul(targetValue, factor);
    const loss = v128.load_splat<f32>(losses + word);
    const upstream = f32x4.mul(v128.load_splat<f32>(dy + word), factor);
    const targetUpstream = derivative
      ? f32x4.mul(upstream, v128.load_splat<f32>(derivative + word))
      : upstream;
    for (let at: usize = 0; at < bytes; at += 16) {
      const logits = logitsAt(row, at, bytes, targetColumn, targetValue, factor);
      const share = boundedExp(f32x4.sub(f32x4.sub(logits, targetLogit), loss));
      const isTarget = i32x4.eq(i32x4.add(lanes(), i32x4.splat(<i32>(at >> 2))), targetColumn);
      const excess = f32x4.sub(share, v128.and(one, isTarget));
      const gradient = f32x4.mul(excess, v128.bitselect(targetUpstream, upstream, isTarget));
      if (at + 16 <= bytes) v128.store(target + at, gradient);
      else storeLanes(target + at, gradient, <i32>((bytes - at) >> 2));
    }
  }
}

// @inline
function valueAtTarget(row: usize, targets: usize, targetX: usize, i: i32): v128 {
  const word = (<usize>i) << 2;
  return v128.load_splat<f32>(
    targetX ? targetX + word : row + ((<usize>load<i32>(targets + word)) << 2),
  );
}
