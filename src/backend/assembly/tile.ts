import { activate, multiplyAdd, storeFirst } from './lanes';
import { ACTIVATE_LINEAR } from './operations';

/**
 * The heart of matrix products, convolutions and their gradients: a tile of 4 rows and 8 columns,
 *
 *   out[i][j] = activation(start[j] + sum over segments and steps of a[i] * b[j])
 *
 * A step takes 4 floats of `a` and 8 of `b` and goes on by `aStep` and `bStep` bytes; a segment of `steps` steps is
 * followed by the next one `aSegment` and `bSegment` bytes after its start. Rows whose `out` is 0 are not stored;
 * with `accumulate`, whole rows of 8 are added to what is there.
 * 4 x 8 is as large as a tile can be: V8 has 15 vector registers to give, and 8 sums, 2 of `b`, 4 of `a` fill them.
 */
// @inline
export function tile4x8(
  a: usize,
  aStep: usize,
  aSegment: usize,
  b: usize,
  bStep: usize,
  bSegment: usize,
  steps: i32,
  segments: i32,
  startLow: v128,
  startHigh: v128,
  activation: i32,
  accumulate: bool,
  out0: usize,
  out1: usize,
  out2: usize,
  out3: usize,
  columns: i32,
): void {
  let low0 = startLow;
  let low1 = startLow;
  let low2 = startLow;
  let low3 = startLow;
  let high0 = startHigh;
  let high1 = startHigh;
  let high2 = startHigh;
  let high3 = startHigh;
  const length = <usize>steps * bStep;
  for (let segment = 0; segment < segments; segment++) {
    let aNow = a;
    let bNow = b;
    const end = b + length;
    while (bNow < end) {
      const bLow = v128.load(bNow);
      const bHigh = v128.load(bNow, 16);
      const a0 = v128.load_splat<f32>(aNow);
      low0 = multiplyAdd(a0, bLow, low0);
      high0 = multiplyAdd(a0, bHigh, high0);
      const a1 = v128.load_splat<f32>(aNow, 4);
      low1 = multiplyAdd(a1, bLow, low1);
      high1 = multiplyAdd(a1, bHigh, high1);
      const a2 = v128.load_splat<f32>(aNow, 8);
      low2 = multiplyAdd(a2, bLow, low2);
      high2 = multiplyAdd(a2, bHigh, high2);
      const a3 = v128.load_splat<f32>(aNow, 12);
      low3 = multiplyAdd(a3, bLow, low3);
      high3 = multiplyAdd(a3, bHigh, high3);
      aNow += aStep;
      bNow += bStep;
    }
    a += aSegment;
    b += bSegment;
  }
  if (activation != ACTIVATE_LINEAR) {
    low0 = activate(low0, activation);
    low1 = activate(low1, activation);
    low2 = activate(low2, activation);
    low3 = activate(low3, activation);
    high0 = activate(high0, activation);
    high1 = activate(high1, activation);
    high2 = activate(high2, activation);
    high3 = activate(high3, activation);
  }
  if (accumulate) {
    addTo(out0, low0, high0);
    addTo(out1, low1, high1);
    addTo(out2, low2, high2);
    addTo(out3, low3, high3);
    return;
  }
  if (out0) storeFirst(out0, low0, high0, columns);
  if (out1) storeFirst(out1, low1, high1, columns);
  if (out2) storeFirst(out2, low2, high2, columns);
  if (out3) storeFirst(out3, low3, high3, columns);
}

// @inline
function addTo(out: usize, low: v128, high: v128): void {
  v128.store(out, f32x4.add(v128.load(out), low));
  v128.store(out, f32x4.add(v128.load(out, 16), high), 16);
}
