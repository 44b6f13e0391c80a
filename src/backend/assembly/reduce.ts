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

/**
 * Adds v's lanes to four float64 numbers.
 */
// @inline
export function addToDoubles(sums: usize, v: v128): void {
  const high = v128.shuffle<f32>(v, v, 2, 3, 2, 3);
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(v)));
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(high)), 16);
}

/**
 * sums[i][chunk][k] = the sum of x[i][j][k] over j, in float64 numbers: one row for each of `chunks` chunks of j, of
 * `inner` numbers filled up to whole vectors. Up to 128 are added in float32 before they go into the total. j `from`
 * to `to`.
 */
export function sumMiddle(
  x: usize,
  sums: usize,
  outer: i32,
  length: i32,
  inner: i32,
  chunks: i32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const row = (<usize>inner) << 2;
  const sumsRow = (<usize>((inner + 3) & ~3)) << 3;
  for (let i = 0; i < outer; i++) {
    const source = x + <usize>(i * length) * row;
    const target = sums + <usize>(i * chunks + chunk) * sumsRow;
    memory.fill(target, 0, sumsRow);
    for (let block = from; block < to; block += BLOCK) {
      const begin = source + <usize>block * row;
      const end = source + <usize>min(block + BLOCK, to) * row;
      let k: usize = 0;
      for (; k + 64 <= row; k += 64) {
        let v0 = f32x4.splat(0);
        let v1 = f32x4.splat(0);
        let v2 = f32x4.splat(0);
        let v3 = f32x4.splat(0);
        for (let p = begin + k; p < end; p += row) {
          v0 = f32x4.add(v0, v128.load(p));
          v1 = f32x4.add(v1, v128.load(p, 16));
          v2 = f32x4.add(v2, v128.load(p, 32));
          v3 = f32x4.add(v3, v128.load(p, 48));
        }
        addToDoubles(target + 2 * k, v0);
        addToDoubles(target + 2 * k + 32, v1);
        addToDoubles(target + 2 * k + 64, v2);
        addToDoubles(target + 2 * k + 96, v3);
      }
      for (; k < row; k += 16) {
        let v = f32x4.splat(0);
        for (let p = begin + k; p < end; p += row) v = f32x4.add(v, v128.load(p)); // past the end there is slack
        addToDoubles(target + 2 * k, v);
      }
    }
  }
}

/**
 * sumMiddle for an `outer` of 1, of x[j][k] where mask[j][k] is above 0: the sum of a relu's gradient.
 */
export function sumMiddleMasked(
  x: usize,
  mask: usize,
  sums: usize,
  inner: i32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const row = (<usize>inner) << 2;
  const sumsRow = (<usize>((inner + 3) & ~3)) << 3;
  const target = sums + <usize>chunk * sumsRow;
  const other = mask - x;
  memory.fill(target, 0, sumsRow);
  for (let block = from; block < to; block += BLOCK) {
    const begin = x + <usize>block * row;
    const end = x + <usize>min(block + BLOCK, to) * row;
    let k: usize = 0;
    for (; k + 32 <= row; k += 32) {
      let v0 = f32x4.splat(0);
      let v1 = f32x4.splat(0);
      for (let p = begin + k; p < end; p += row) {
        v0 = f32x4.add(v0, masked(v128.load(p), v128.load(p + other)));
        v1 = f32x4.add(v1, masked(v128.load(p, 16), v128.load(p + other, 16)));
      }
      addToDoubles(target + 2 * k, v0);
      addToDoubles(target + 2 * k + 32, v1);
    }
    for (; k < row; k += 16) {
      let v = f32x4.splat(0);
      for (let p = begin + k; p < end; p += row)
        v = f32x4.add(v, masked(v128.load(p), v128.load(p + other))); // past the end there is slack
      addToDoubles(target + 2 * k, v);
    }
  }
}

/** `v` where `mask` is above 0. */
// @inline
function masked(v: v128, mask: v128): v128 {
  return v128.and(v, f32x4.gt(mask, f32x4.splat(0)));
}

/** sums[chunk] = the sum of x, a float64 number for each chunk. Floats `from` to `to`. */
export function sumChunks(x: usize, sums: usize, from: i32, to: i32, chunk: i32): void {
  store<f64>(sums + ((<usize>chunk) << 3), sumOfRow(x + ((<usize>from) << 2), to - from));
}

/**
 * out[i][k] = scale * (sums[i][chunk][k] added over `chunks` chunks in their order), float64 numbers in rows of `inner`
 * filled up to `step`. Numbers of `out` `from` to `to`.
 */
export function addChunks(
  sums: usize,
  out: usize,
  inner: i32,
  step: i32,
  chunks: i32,
  scale: f32,
  from: i32,
  to: i32,
): void {
  for (let at = from; at < to; at++) {
    const i = at / inner;
    let p = sums + ((<usize>(i * chunks * step + (at - i * inner))) << 3);
    let total: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      total += load<f64>(p);
      p += (<usize>step) << 3;
    }
    store<f32>(out + ((<usize>at) << 2), <f32>(total * <f64>scale));
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
    const target = out + ((<usize>i) << 2);
    if (operation == REDUCE_SUM) {
      store<f32>(target, <f32>(sumOfRow(row, length) * <f64>scale));
    } else {
      const peak =
        operation == REDUCE_MAX
          ? combineRow(REDUCE_MAX, row, length)
          : combineRow(REDUCE_MIN, row, length);
      v128.store_lane<f32>(target, peak, 0);
    }
  }
}

/** The sum of a row: blocks in float32, their total in float64. */
export function sumOfRow(x: usize, length: i32): f64 {
  let total: f64 = 0;
  for (let left = length; left > 0; left -= BLOCK * 16) {
    const count = min(left, BLOCK * 16);
    total += f32x4.extract_lane(combineRow(REDUCE_SUM, x, count), 0);
    x += (<usize>count) << 2;
  }
  return total;
}

/** The sum of four lanes. */
// @inline
export function sumOfLanes(v: v128): f64 {
  return f32x4.extract_lane(combineLanes(REDUCE_SUM, v), 0);
}

/** Bytes of a row whose sum is taken in float32 before it goes into a total of float64. */
export const PART: usize = 16_384;

/** A row of `length` floats combined, in each lane; a sum of at most 2048. */
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
