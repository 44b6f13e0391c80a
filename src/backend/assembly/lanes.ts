import { ACTIVATE_LINEAR, ACTIVATE_RELU } from './operations';

// Four float32 lanes at a time: what the other files build on.

/** a * b + c; rounded once where the module is built with relaxed SIMD, twice elsewhere. */
// @inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/** NaN stays NaN, as in Math.max(0, x): pmax(v, 0) is `v < 0 ? 0 : v`. */
// @inline
export function activate(v: v128, activation: i32): v128 {
  if (activation == ACTIVATE_LINEAR) return v;
  v = f32x4.pmax(v, f32x4.splat(0));
  return activation == ACTIVATE_RELU ? v : f32x4.pmin(v, f32x4.splat(6));
}

/** Stores the first `count` (1 to 8) of eight lanes. */
// @inline
export function storeFirst(to: usize, low: v128, high: v128, count: i32): void {
  if (count == 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else {
    storeSome(to, low, high, count);
  }
}

function storeSome(to: usize, low: v128, high: v128, count: i32): void {
  storeLanes(to, low, min(4, count));
  if (count > 4) storeLanes(to + 16, high, count - 4);
}

/** Stores the first `count` (1 to 4) lanes. */
export function storeLanes(to: usize, v: v128, count: i32): void {
  if (count == 4) {
    v128.store(to, v);
    return;
  }
  v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to, v, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, v, 2, 8);
}

/** The numbers of the lanes. */
// @inline
export function lanes(): v128 {
  return i32x4(0, 1, 2, 3);
}

/** All bits of the lanes before number `count`; of all lanes from 4 on. */
// @inline
export function lanesBefore(count: i32): v128 {
  return i32x4.lt_s(lanes(), i32x4.splat(count));
}
