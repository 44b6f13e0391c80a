import { storeLanes } from './lanes';
import {
  ABSOLUTE,
  CEIL,
  ELU,
  EXP,
  FLOOR,
  LOG,
  NEGATE,
  RECIPROCAL_ROOT,
  RELU,
  RELU6,
  SIGMOID,
  SQUARE,
  SQUARE_ROOT,
  TANH,
} from './operations';
import { exp, expMinusOne, log, sigmoid, tanh } from './transcendental';

// Element-wise functions.

// @inline
function apply(operation: i32, x: v128): v128 {
  if (operation == RELU) return f32x4.max(x, f32x4.splat(0));
  if (operation == RELU6) return f32x4.min(f32x4.max(x, f32x4.splat(0)), f32x4.splat(6));
  if (operation == SQUARE) return f32x4.mul(x, x);
  if (operation == SQUARE_ROOT) return f32x4.sqrt(x);
  if (operation == RECIPROCAL_ROOT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (operation == NEGATE) return f32x4.neg(x);
  if (operation == ABSOLUTE) return f32x4.abs(x);
  if (operation == EXP) return exp(x);
  if (operation == LOG) return log(x);
  if (operation == SIGMOID) return sigmoid(x);
  if (operation == TANH) return tanh(x);
  if (operation == FLOOR) return f32x4.floor(x);
  if (operation == CEIL) return f32x4.ceil(x);
  return v128.bitselect(x, expMinusOne(x), f32x4.ge(x, f32x4.splat(0))); // elu
}

// @inline
function applyAll(operation: i32, x: usize, out: usize, count: i32): void {
  for (let left = count; left > 0; left -= 4) {
    const result = apply(operation, v128.load(x)); // past the end there is slack
    if (left >= 4) v128.store(out, result);
    else storeLanes(out, result, left);
    x += 16;
    out += 16;
  }
}

/** out = operation(x). Floats `from` to `to`. */
export function unary(operation: i32, x: usize, out: usize, from: i32, to: i32): void {
  x += (<usize>from) << 2;
  out += (<usize>from) << 2;
  const count = to - from;
  if (operation == RELU) applyAll(RELU, x, out, count);
  else if (operation == RELU6) applyAll(RELU6, x, out, count);
  else if (operation == SQUARE) applyAll(SQUARE, x, out, count);
  else if (operation == SQUARE_ROOT) applyAll(SQUARE_ROOT, x, out, count);
  else if (operation == RECIPROCAL_ROOT) applyAll(RECIPROCAL_ROOT, x, out, count);
  else if (operation == NEGATE) applyAll(NEGATE, x, out, count);
  else if (operation == ABSOLUTE) applyAll(ABSOLUTE, x, out, count);
  else if (operation == EXP) applyAll(EXP, x, out, count);
  else if (operation == LOG) applyAll(LOG, x, out, count);
  else if (operation == SIGMOID) applyAll(SIGMOID, x, out, count);
  else if (operation == TANH) applyAll(TANH, x, out, count);
  else if (operation == FLOOR) applyAll(FLOOR, x, out, count);
  else if (operation == CEIL) applyAll(CEIL, x, out, count);
  else applyAll(ELU, x, out, count);
}

/** dx = dy where x is above 0 and at most `most`, NaN where x is, 0 elsewhere. Floats `from` to `to`. */
export function reluGradient(x: usize, dy: usize, dx: usize, most: f32, from: i32, to: i32): void {
  const end = (<usize>to) << 2;
  let at = (<usize>from) << 2;
  for (; at + 16 <= end; at += 16) {
    const here = v128.load(x + at);
    const open = v128.and(f32x4.gt(here, f32x4.splat(0)), f32x4.le(here, f32x4.splat(most)));
    const give = v128.and(v128.load(dy + at), open);
    v128.store(dx + at, v128.bitselect(give, here, f32x4.eq(here, here)));
  }
  for (; at < end; at += 4) {
    const here = load<f32>(x + at);
    store<f32>(dx + at, isNaN(here) ? here : here > 0 && here <= most ? load<f32>(dy + at) : 0);
  }
}
