// Exponential and logarithm of four lanes, to about one unit in the last place: range reduction and the polynomials
// of Cephes' expf, logf and tanhf (Moshier, https://www.netlib.org/cephes/).

// @inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}

/** 2 to the power of whole n, -126 to 127. */
// @inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** x - n log(2), in two parts so that little is lost. */
// @inline
function remainder(x: v128, n: v128): v128 {
  const r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  return f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
}

/** exp(r) - 1 for |r| <= log(2) / 2. */
// @inline
function smallExpMinusOne(r: v128): v128 {
  let p = step(f32x4.splat(1.98756915e-4), r, 1.3981999507e-3);
  p = step(p, r, 8.3334519073e-3);
  p = step(p, r, 4.1665795894e-2);
  p = step(p, r, 1.6666665459e-1);
  p = step(p, r, 5.0000001201e-1);
  return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
}

/** Added to a float of less than 2^22, it leaves the nearest whole number in the lowest bits. */
const WHOLE: f32 = 12582912; // 1.5 * 2^23
const WHOLE_BITS: i32 = 0x4b400000;

/** The whole number nearest to x / log(2), in the lowest bits. */
// @inline
function shiftedPower(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(WHOLE));
}

/** exp(x) over 2 to that power. */
// @inline
function expOfRest(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, f32x4.splat(WHOLE));
  return f32x4.add(smallExpMinusOne(remainder(x, n)), f32x4.splat(1));
}

/** exp(x); Infinity from 88.73 on, denormal numbers and 0 below -87.3, NaN for NaN. */
// @inline
export function exp(x: v128): v128 {
  // pmax and pmin let NaN pass and are one instruction each, which max and min are not.
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-110)), f32x4.splat(90));
  const shifted = shiftedPower(x);
  const y = expOfRest(x, shifted);
  // In two steps, as 2^n itself may be too large or too small for a float.
  const whole = i32x4.sub(shifted, i32x4.splat(WHOLE_BITS));
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** The same without a copy of its code in the caller, where few are computed. */
export function callExp(x: v128): v128 {
  return exp(x);
}

/** exp(x) for x up to 88 in fewer steps; 0 below -86.6, NaN for NaN. */
// @inline
export function boundedExp(x: v128): v128 {
  const shifted = shiftedPower(x);
  const y = expOfRest(x, shifted);
  const scaled = i32x4.add(y, i32x4.shl(shifted, 23)); // the power is added to the exponent
  return v128.andnot(scaled, f32x4.lt(x, f32x4.splat(-86.6)));
}

/** exp(x) - 1, precise near 0 too. */
// @inline
export function expMinusOne(x: v128): v128 {
  const near = f32x4.lt(f32x4.abs(x), f32x4.splat(0.34));
  return v128.bitselect(smallExpMinusOne(x), f32x4.sub(callExp(x), f32x4.splat(1)), near);
}

/** log(x); -Infinity for 0, NaN below 0 and for NaN. */
// @inline
export function log(x: v128): v128 {
  const denormal = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = f32x4.mul(x, v128.bitselect(f32x4.splat(8388608), f32x4.splat(1), denormal));
  // scaled = m * 2^e with m from sqrt(1/2) to sqrt(2)
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const e = i32x4.shr_s(bits, 23);
  const m = i32x4.sub(scaled, i32x4.shl(e, 23));
  const shift = v128.bitselect(f32x4.splat(23), f32x4.splat(0), denormal);
  const exponent = f32x4.sub(f32x4.convert_i32x4_s(e), shift);
  const r = f32x4.sub(m, f32x4.splat(1));
  const square = f32x4.mul(r, r);
  let p = step(f32x4.splat(7.0376836292e-2), r, -1.151461031e-1);
  p = step(p, r, 1.167699874e-1);
  p = step(p, r, -1.2420140846e-1);
  p = step(p, r, 1.4249322787e-1);
  p = step(p, r, -1.6668057665e-1);
  p = step(p, r, 2.0000714765e-1);
  p = step(p, r, -2.4999993993e-1);
  p = step(p, r, 3.3333331174e-1);
  let y = f32x4.mul(f32x4.mul(p, r), square);
  y = f32x4.add(y, f32x4.mul(exponent, f32x4.splat(-2.1219444e-4)));
  y = f32x4.sub(y, f32x4.mul(square, f32x4.splat(0.5)));
  y = f32x4.add(f32x4.add(r, y), f32x4.mul(exponent, f32x4.splat(0.693359375)));
  y = v128.bitselect(x, y, f32x4.eq(x, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(x, f32x4.splat(0)));
  const defined = f32x4.ge(x, f32x4.splat(0));
  return v128.bitselect(y, f32x4.splat(NaN), defined);
}

/** The same without a copy of its code in the caller, where few are computed. */
export function callLog(x: v128): v128 {
  return log(x);
}

/** 1 / (1 + exp(-x)) */
// @inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

// @inline
export function tanh(x: v128): v128 {
  const square = f32x4.mul(x, x);
  let p = step(f32x4.splat(-5.70498872745e-3), square, 2.06390887954e-2);
  p = step(p, square, -5.37397155531e-2);
  p = step(p, square, 1.33314422036e-1);
  p = step(p, square, -3.33332819422e-1);
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x);
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(size, size)), one)));
  const sign = v128.and(x, f32x4.splat(-0.0));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.625)));
}
