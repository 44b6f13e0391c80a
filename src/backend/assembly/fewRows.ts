import { activate, multiplyAdd, storeFirst } from './lanes';

/**
 * matMul of at most a few rows, which reads both operands where they are: packing the right one would take longer than
 * the product. The sums are those of matMul, in the same order.
 *
 * `a` has its rows `aRow` and its columns `aColumn` floats apart. `b` is [depth, columns], or [columns, depth] where it is
 * `turned`. Vectors of 8 columns `from` to `to`.
 */
export function fewRows(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  turned: i32,
  bias: usize,
  out: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  activation: i32,
  from: i32,
  to: i32,
): void {
  const right = (<usize>aColumn) << 2;
  for (let vector = from; vector < to; vector++) {
    const column = vector << 3;
    const at = (<usize>column) << 2;
    const count = min(8, columns - column);
    for (let row = 0; row < rows; row++) {
      const left = a + ((<usize>(row * aRow)) << 2);
      const target = out + ((<usize>(row * columns)) << 2) + at;
      const start = bias ? bias + at : 0;
      if (turned) {
        const panel = b + <usize>column * ((<usize>depth) << 2);
        turnedProduct(left, right, panel, depth, start, activation, target, count);
      } else {
        product(left, right, b + at, columns, depth, start, activation, target, count);
      }
    }
  }
}

/** 8 columns that are rows of `b`: blocks of 4 x 4 are turned in registers. */
// @inline
function turnedProduct(
  a: usize,
  right: usize,
  b: usize,
  depth: i32,
  bias: usize,
  activation: i32,
  out: usize,
  count: i32,
): void {
  const row = (<usize>depth) << 2;
  // Columns past the last one read the last.
  const b1 = b + <usize>min(1, count - 1) * row;
  const b2 = b + <usize>min(2, count - 1) * row;
  const b3 = b + <usize>min(3, count - 1) * row;
  const b4 = b + <usize>min(4, count - 1) * row;
  const b5 = b + <usize>min(5, count - 1) * row;
  const b6 = b + <usize>min(6, count - 1) * row;
  const b7 = b + <usize>min(7, count - 1) * row;
  let low = bias ? v128.load(bias) : f32x4.splat(0);
  let high = bias ? v128.load(bias, 16) : f32x4.splat(0);
  let at: usize = 0;
  for (; at + 16 <= row; at += 16) {
    const a0 = v128.load_splat<f32>(a);
    const a1 = v128.load_splat<f32>(a + right);
    const a2 = v128.load_splat<f32>(a + 2 * right);
    const a3 = v128.load_splat<f32>(a + 3 * right);
    low = addTurned(
      low,
      v128.load(b + at),
      v128.load(b1 + at),
      v128.load(b2 + at),
      v128.load(b3 + at),
      a0,
      a1,
      a2,
      a3,
    );
    high = addTurned(
      high,
      v128.load(b4 + at),
      v128.load(b5 + at),
      v128.load(b6 + at),
      v128.load(b7 + at),
      a0,
      a1,
      a2,
      a3,
    );
    a += 4 * right;
  }
  for (; at < row; at += 4) {
    const one = v128.load_splat<f32>(a);
    low = multiplyAdd(one, gather(b + at, b1 + at, b2 + at, b3 + at), low);
    high = multiplyAdd(one, gather(b4 + at, b5 + at, b6 + at, b7 + at), high);
    a += right;
  }
  storeFirst(out, activate(low, activation), activate(high, activation), count);
}

/** sum + a0 * (the first of b, c, d, e) + a1 * (the second of them) .. */
// @inline
function addTurned(
  sum: v128,
  b: v128,
  c: v128,
  d: v128,
  e: v128,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
): v128 {
  const bc01 = v128.shuffle<f32>(b, c, 0, 4, 1, 5);
  const bc23 = v128.shuffle<f32>(b, c, 2, 6, 3, 7);
  const de01 = v128.shuffle<f32>(d, e, 0, 4, 1, 5);
  const de23 = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
  sum = multiplyAdd(a0, v128.shuffle<f32>(bc01, de01, 0, 1, 4, 5), sum);
  sum = multiplyAdd(a1, v128.shuffle<f32>(bc01, de01, 2, 3, 6, 7), sum);
  sum = multiplyAdd(a2, v128.shuffle<f32>(bc23, de23, 0, 1, 4, 5), sum);
  return multiplyAdd(a3, v128.shuffle<f32>(bc23, de23, 2, 3, 6, 7), sum);
}

// @inline
function gather(b: usize, c: usize, d: usize, e: usize): v128 {
  let v = v128.load32_zero(b);
  v = v128.load_lane<f32>(c, v, 1);
  v = v128.load_lane<f32>(d, v, 2);
  return v128.load_lane<f32>(e, v, 3);
}

/** 8 columns of `b`. */
// @inline
function product(
  a: usize,
  right: usize,
  b: usize,
  columns: i32,
  depth: i32,
  bias: usize,
  activation: i32,
  out: usize,
  count: i32,
): void {
  const down = (<usize>columns) << 2;
  let low = bias ? v128.load(bias) : f32x4.splat(0);
  let high = bias ? v128.load(bias, 16) : f32x4.splat(0);
  for (let k = 0; k < depth; k++) {
    const one = v128.load_splat<f32>(a);
    low = multiplyAdd(one, v128.load(b), low);
    high = multiplyAdd(one, v128.load(b, 16), high);
    a += right;
    b += down;
  }
  storeFirst(out, activate(low, activation), activate(high, activation), count);
}
