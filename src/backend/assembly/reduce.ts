import { REDUCE_MAX, REDUCE_MIN, REDUCE_SUM } from './operations';

// Reductions of x[outer][length][inner] over its middle axis.

/** Floats summed one by one before they go into a total: long sums stay precise, as in pairwise summation. */
const BLOCK: i32 = 128;

// @inline
function combine(operation: i32, a: v128, b: v128): v128 {
  if (operation == REDUCE_SUM) return f32x4.add(a, b);
  return operation == REDUCE_MAX ? f32x4.max(a, b) : f32x4.min(a, b);
}

// @inline
function neutral(operation: i32): v128 {
  if (operation == REDUCE_SUM) return f32x4.splat(0);
  return f32x4.splat(operation == REDUCE_MAX ? -Infinity : Infinity);
}

/** All four lanes combined, in each lane. */
// @inline
export function combineLanes(operation: i32, v: v128): v128 {
  v = combine(operation, v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return combine(operation, v, v128.shuffle<f32>(v, v, 1, 0, 3, 2));
}

/**
 * out[i][chunk][k] = scale * (x[i][j][k] combined over j), one result for each of `chunks` chunks of j, to be
 * combined by another call. j `from` to `to`.
 */
export function reduceMiddle(
  operation: i32,
  x: usize,
  out: usize,
  outer: i32,
  length: i32,
  inner: i32,
  chunks: i32,
  scale: f32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const row = (<usize>inner) << 2;
  for (let i = 0; i < outer; i++) {
    const source = x + <usize>(i * length) * row;
    const target = out + <usize>(i * chunks + chunk) * row;
    for (let block = from; block < to; block += BLOCK) {
      const end = min(block + BLOCK, to);
      if (operation == REDUCE_SUM)
        combineRows(REDUCE_SUM, source, row, block, end, block == from, target);
      else if (operation == REDUCE_MAX)
        combineRows(REDUCE_MAX, source, row, block, end, block == from, target);
      else combineRows(REDUCE_MIN, source, row, block, end, block == from, target);
    }
    if (scale != 1) {
      for (let k: usize = 0; k < row; k += 4) store<f32>(target + k, load<f32>(target + k) * scale);
    }
  }
}

// @inline
function combineRows(
  operation: i32,
  source: usize,
  row: usize,
  from: i32,
  to: i32,
  isFirst: bool,
  target: usize,
): void {
  const begin = source + <usize>from * row;
  const end = source + <usize>to * row;
  let k: usize = 0;
  for (; k + 64 <= row; k += 64) {
    let v0 = neutral(operation);
    let v1 = neutral(operation);
    let v2 = neutral(operation);
    let v3 = neutral(operation);
    for (let p = begin + k; p < end; p += row) {
      v0 = combine(operation, v0, v128.load(p));
      v1 = combine(operation, v1, v128.load(p, 16));
      v2 = combine(operation, v2, v128.load(p, 32));
      v3 = combine(operation, v3, v128.load(p, 48));
    }
    const q = target + k;
    if (!isFirst) {
      v0 = combine(operation, v128.load(q), v0);
      v1 = combine(operation, v128.load(q, 16), v1);
      v2 = combine(operation, v128.load(q, 32), v2);
      v3 = combine(operation, v128.load(q, 48), v3);
    }
    v128.store(q, v0);
    v128.store(q, v1, 16);
    v128.store(q, v2, 32);
    v128.store(q, v3, 48);
  }
  for (; k < row; k += 4) {
    let v = neutral(operation);
    for (let p = begin + k; p < end; p += row) v = combine(operation, v, v128.load_splat<f32>(p));
    if (!isFirst) v = combine(operation, v128.load_splat<f32>(target + k), v);
    v128.store_lane<f32>(target + k, v, 0);
  }
}

/** out[i] = scale * (x[i][j] combined over j). Rows i `from` to `to`. */
export function reduceRows(
  operation: i32,
  x: usize,
  out: usize,
  length: i32,
  scale: f32,
  from: i32,
  to: i32,
): void {
  for (let i = from; i < to; i++) {
    const row = x + ((<usize>i * length) << 2);
    let total: v128;
    if (operation == REDUCE_SUM) total = combineRow(REDUCE_SUM, row, length);
    else if (operation == REDUCE_MAX) total = combineRow(REDUCE_MAX, row, length);
    else total = combineRow(REDUCE_MIN, row, length);
    store<f32>(out + ((<usize>i) << 2), f32x4.extract_lane(total, 0) * scale);
  }
}

/** A row of `length` floats combined, in each lane. */
// @inline
export function combineRow(operation: i32, x: usize, length: i32): v128 {
  let total = neutral(operation);
  for (let left = length; left > 0; left -= BLOCK * 16) {
    const end = x + ((<usize>min(left, BLOCK * 16)) << 2);
    let v0 = neutral(operation);
    let v1 = neutral(operation);
    let v2 = neutral(operation);
    let v3 = neutral(operation);
    while (x + 64 <= end) {
      v0 = combine(operation, v0, v128.load(x));
      v1 = combine(operation, v1, v128.load(x, 16));
      v2 = combine(operation, v2, v128.load(x, 32));
      v3 = combine(operation, v3, v128.load(x, 48));
      x += 64;
    }
    let v = combine(operation, combine(operation, v0, v1), combine(operation, v2, v3));
    v = combineLanes(operation, v);
    while (x < end) {
      v = combine(operation, v, v128.load_splat<f32>(x));
      x += 4;
    }
    total = combine(operation, total, v);
  }
  return total;
}
