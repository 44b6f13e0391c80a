// What losses over pairs do with matrices of one row an anchor and one column a candidate.
import { REDUCE_SUM } from './operations';
import { combineLanes } from './reduce';

/** positives = 1 where the classes of row and column are equal, negatives = 1 - that; with `self`, the diagonal is 0 in both. Rows `from` to `to`. */
export function pairMasks(
  labels: usize,
  others: usize,
  positives: usize,
  negatives: usize,
  columns: i32,
  self: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  const one = f32x4.splat(1);
  for (let i = from; i < to; i++) {
    const label = load<i32>(labels + ((<usize>i) << 2));
    const same = positives + <usize>i * bytes;
    const other = negatives + <usize>i * bytes;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      const equal = i32x4.eq(v128.load(others + at), i32x4.splat(label));
      v128.store(same + at, v128.and(one, equal));
      v128.store(other + at, v128.andnot(one, equal));
    }
    for (; at < bytes; at += 4) {
      const equal = load<i32>(others + at) == label;
      store<f32>(same + at, equal ? 1 : 0);
      store<f32>(other + at, equal ? 0 : 1);
    }
    if (self) store<f32>(same + ((<usize>i) << 2), 0);
  }
}

/** How often a value counts: `count` where it is between the bounds, 0 elsewhere. */
// @inline
function counting(value: v128, count: v128, low: v128, high: v128): v128 {
  return v128.and(count, v128.and(f32x4.gt(value, low), f32x4.lt(value, high)));
}

const BLOCK: i32 = 4096;

/**
 * Three sums over values: of count * value and of count, both where the value is above `low` and below `high`, and of
 * count everywhere; to `sums`, three floats a chunk. `counts` 0: each counts once. Values `from` to `to`.
 */
export function boundedSums(
  values: usize,
  counts: usize,
  sums: usize,
  low: f32,
  high: f32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  let total: f64 = 0;
  let counted: f64 = 0;
  let all: f64 = 0;
  for (let block = from; block < to; block += BLOCK) {
    let at = (<usize>block) << 2;
    const end = (<usize>min(block + BLOCK, to)) << 2;
    let t = f32x4.splat(0);
    let c = f32x4.splat(0);
    let a = f32x4.splat(0);
    for (; at + 16 <= end; at += 16) {
      const value = v128.load(values + at);
      const count = counts ? v128.load(counts + at) : f32x4.splat(1);
      const kept = counting(value, count, least, most);
      // What does not count may be infinite.
      t = f32x4.add(t, v128.and(f32x4.mul(kept, value), f32x4.ne(kept, f32x4.splat(0))));
      c = f32x4.add(c, kept);
      a = f32x4.add(a, count);
    }
    total += f32x4.extract_lane(combineLanes(REDUCE_SUM, t), 0);
    counted += f32x4.extract_lane(combineLanes(REDUCE_SUM, c), 0);
    all += f32x4.extract_lane(combineLanes(REDUCE_SUM, a), 0);
    for (; at < end; at += 4) {
      const value = load<f32>(values + at);
      const count: f32 = counts ? load<f32>(counts + at) : 1;
      all += count;
      if (count == 0 || !(value > low && value < high)) continue;
      total += count * value;
      counted += count;
    }
  }
  const target = sums + 12 * <usize>chunk;
  store<f32>(target, <f32>total);
  store<f32>(target + 4, <f32>counted);
  store<f32>(target + 8, <f32>all);
}

/** out = scale * count where the value is above `low` and below `high`, 0 elsewhere. Values `from` to `to`. */
export function boundedSumsGradient(
  values: usize,
  counts: usize,
  out: usize,
  low: f32,
  high: f32,
  scale: f32,
  from: i32,
  to: i32,
): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const factor = f32x4.splat(scale);
  let at = (<usize>from) << 2;
  const end = (<usize>to) << 2;
  for (; at + 16 <= end; at += 16) {
    const count = counts ? v128.load(counts + at) : f32x4.splat(1);
    const kept = counting(v128.load(values + at), count, least, most);
    v128.store(out + at, f32x4.mul(kept, factor));
  }
  for (; at < end; at += 4) {
    const value = load<f32>(values + at);
    const count: f32 = counts ? load<f32>(counts + at) : 1;
    store<f32>(out + at, value > low && value < high ? count * scale : 0);
  }
}

/** Below this share of |x|^2 + |y|^2, float32 leaves less than 5 digits of |x|^2 + |y|^2 - 2xy. */
const CANCELS: f32 = 0.01;

/**
 * Squared distances of rows, or with `root` distances, from their products and squares: |x|^2 + |y|^2 - 2xy, and
 * from the differences where that would cancel. Rows of x `from` to `to`.
 */
export function distances(
  x: usize,
  y: usize,
  xSquares: usize,
  ySquares: usize,
  products: usize,
  out: usize,
  columns: i32,
  dims: i32,
  root: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  const rowBytes = (<usize>dims) << 2;
  for (let i = from; i < to; i++) {
    const square = load<f32>(xSquares + ((<usize>i) << 2));
    const source = products + <usize>i * bytes;
    const target = out + <usize>i * bytes;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      const both = f32x4.add(f32x4.splat(square), v128.load(ySquares + at));
      const product = v128.load(source + at);
      const squared = f32x4.sub(both, f32x4.add(product, product));
      v128.store(target + at, root ? f32x4.sqrt(squared) : squared);
      const exact = f32x4.ge(squared, f32x4.mul(both, f32x4.splat(CANCELS)));
      if (i32x4.all_true(exact)) continue;
      for (let j = at; j < at + 16; j += 4) {
        fromDifference(
          square,
          x + <usize>i * rowBytes,
          y + (j >> 2) * rowBytes,
          rowBytes,
          ySquares + j,
          source + j,
          target + j,
          root,
        );
      }
    }
    for (; at < bytes; at += 4) {
      fromDifference(
        square,
        x + <usize>i * rowBytes,
        y + (at >> 2) * rowBytes,
        rowBytes,
        ySquares + at,
        source + at,
        target + at,
        root,
      );
    }
  }
}

function fromDifference(
  square: f32,
  x: usize,
  y: usize,
  rowBytes: usize,
  ySquare: usize,
  product: usize,
  out: usize,
  root: i32,
): void {
  const both = square + load<f32>(ySquare);
  let squared = both - 2 * load<f32>(product);
  if (!(squared >= CANCELS * both)) {
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at + 16 <= rowBytes; at += 16) {
      const difference = f32x4.sub(v128.load(x + at), v128.load(y + at));
      sums = f32x4.add(sums, f32x4.mul(difference, difference));
    }
    squared = f32x4.extract_lane(combineLanes(REDUCE_SUM, sums), 0);
    for (; at < rowBytes; at += 4) {
      const difference = load<f32>(x + at) - load<f32>(y + at);
      squared += difference * difference;
    }
  }
  store<f32>(out, root ? Mathf.sqrt(squared) : squared);
}
