// Cross entropy over logits of one row an example and one column a class, and its gradient, row by row.
//
// A row's logits are scale * x, where x at the own class may be another number, `moved`: x less a margin.
import { MAXIMUM, SUM, combineLanes } from './reduce';
import { lanes, lanesBefore, storeLanes } from './lanes';
import { boundedExp, callLog } from './transcendental';

/** Four logits of a row from column `at >> 2` on; -Infinity past its end, at `bytes`. */
// @inline
function logitsAt(row: usize, at: usize, bytes: usize, own: v128, ownX: v128, scale: v128): v128 {
  const columns = i32x4.add(lanes(), i32x4.splat(<i32>(at >> 2)));
  const x = v128.bitselect(ownX, v128.load(row + at), i32x4.eq(columns, own)); // past the end there is slack
  const inside = lanesBefore(<i32>((bytes - at) >> 2));
  return v128.bitselect(f32x4.mul(x, scale), f32x4.splat(-Infinity), inside);
}

/** losses[i] = log(sum over j of exp(logits[i][j])) - logits[i][own[i]]. `moved` may be 0. Rows `from` to `to`. */
export function crossEntropy(
  x: usize,
  own: usize,
  moved: usize,
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
    const place = v128.load_splat<i32>(own + ((<usize>i) << 2));
    const ownX = ownXOf(row, own, moved, i);
    let peaks = f32x4.splat(-Infinity);
    for (let at: usize = 0; at < bytes; at += 16) {
      peaks = f32x4.pmax(peaks, logitsAt(row, at, bytes, place, ownX, factor));
    }
    const top = combineLanes(MAXIMUM, peaks);
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const logits = logitsAt(row, at, bytes, place, ownX, factor);
      sums = f32x4.add(sums, boundedExp(f32x4.sub(logits, top)));
    }
    const above = f32x4.sub(top, f32x4.mul(ownX, factor));
    const loss = f32x4.add(above, callLog(combineLanes(SUM, sums)));
    v128.store_lane<f32>(losses + ((<usize>i) << 2), loss, 0);
  }
}

/** dx from dy, the gradient of `losses`; at the own class times `slope`, where that is not 0. Rows `from` to `to`. */
export function crossEntropyGradient(
  x: usize,
  own: usize,
  moved: usize,
  slope: usize,
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
    const place = v128.load_splat<i32>(own + word);
    const ownX = ownXOf(row, own, moved, i);
    const ownLogit = f32x4.mul(ownX, factor);
    const loss = v128.load_splat<f32>(losses + word);
    const pull = f32x4.mul(v128.load_splat<f32>(dy + word), factor);
    const ownPull = slope ? f32x4.mul(pull, v128.load_splat<f32>(slope + word)) : pull;
    for (let at: usize = 0; at < bytes; at += 16) {
      const logits = logitsAt(row, at, bytes, place, ownX, factor);
      const share = boundedExp(f32x4.sub(f32x4.sub(logits, ownLogit), loss));
      const isOwn = i32x4.eq(i32x4.add(lanes(), i32x4.splat(<i32>(at >> 2))), place);
      const excess = f32x4.sub(share, v128.and(one, isOwn));
      const gradient = f32x4.mul(excess, v128.bitselect(ownPull, pull, isOwn));
      if (at + 16 <= bytes) v128.store(target + at, gradient);
      else storeLanes(target + at, gradient, <i32>((bytes - at) >> 2));
    }
  }
}

// @inline
function ownXOf(row: usize, own: usize, moved: usize, i: i32): v128 {
  const word = (<usize>i) << 2;
  return v128.load_splat<f32>(moved ? moved + word : row + ((<usize>load<i32>(own + word)) << 2));
}
