import {
  ADD,
  DIVIDE,
  DIVIDE_OR_ZERO,
  EQUAL,
  MAXIMUM,
  MINIMUM,
  MULTIPLY,
  SQUARED_DIFFERENCE,
  SUBTRACT,
} from './operations';

// Element-wise a (operation) b.

// @inline
function apply(operation: i32, a: v128, b: v128): v128 {
  if (operation == ADD) return f32x4.add(a, b);
  if (operation == SUBTRACT) return f32x4.sub(a, b);
  if (operation == MULTIPLY) return f32x4.mul(a, b);
  if (operation == DIVIDE) return f32x4.div(a, b);
  if (operation == MAXIMUM) return f32x4.max(a, b);
  if (operation == MINIMUM) return f32x4.min(a, b);
  if (operation == EQUAL) return v128.and(f32x4.eq(a, b), f32x4.splat(1));
  if (operation == DIVIDE_OR_ZERO) return v128.andnot(f32x4.div(a, b), f32x4.eq(b, f32x4.splat(0)));
  const difference = f32x4.sub(a, b);
  return f32x4.mul(difference, difference);
}

/** One row of `count` floats; an operand with step 0 is one float for the whole row. */
// @inline
function applyRow(
  operation: i32,
  a: usize,
  aStep: i32,
  b: usize,
  bStep: i32,
  out: usize,
  count: i32,
): void {
  const end = out + ((<usize>count) << 2);
  if (aStep && bStep) {
    while (out + 16 <= end) {
      v128.store(out, apply(operation, v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
      out += 16;
    }
  } else if (aStep) {
    const one = v128.load_splat<f32>(b);
    while (out + 16 <= end) {
      v128.store(out, apply(operation, v128.load(a), one));
      a += 16;
      out += 16;
    }
  } else {
    const one = v128.load_splat<f32>(a);
    while (out + 16 <= end) {
      v128.store(out, apply(operation, one, v128.load(b)));
      b += 16;
      out += 16;
    }
  }
  while (out < end) {
    v128.store_lane<f32>(
      out,
      apply(operation, v128.load_splat<f32>(a), v128.load_splat<f32>(b)),
      0,
    );
    a += (<usize>aStep) << 2;
    b += (<usize>bStep) << 2;
    out += 4;
  }
}

/**
 * out = a (operation) b, broadcast: `out` is contiguous, [.., middle, inner]; the operands have strides in floats, 0
 * where they are repeated, and innermost 0 or 1, not both 0. Floats of `out` `from` to `to`.
 */
export function binary(
  operation: i32,
  a: usize,
  aOuter: i32,
  aMiddle: i32,
  aInner: i32,
  b: usize,
  bOuter: i32,
  bMiddle: i32,
  bInner: i32,
  out: usize,
  middle: i32,
  inner: i32,
  from: i32,
  to: i32,
): void {
  const row = from / inner;
  let i = row / middle;
  let j = row - i * middle;
  let k = from - row * inner;
  while (from < to) {
    const count = min(inner - k, to - from);
    const aRow = a + ((<usize>i * aOuter + <usize>j * aMiddle + <usize>k * aInner) << 2);
    const bRow = b + ((<usize>i * bOuter + <usize>j * bMiddle + <usize>k * bInner) << 2);
    const outRow = out + ((<usize>from) << 2);
    if (operation == ADD) applyRow(ADD, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == SUBTRACT) applyRow(SUBTRACT, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == MULTIPLY) applyRow(MULTIPLY, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == DIVIDE) applyRow(DIVIDE, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == MAXIMUM) applyRow(MAXIMUM, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == MINIMUM) applyRow(MINIMUM, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == DIVIDE_OR_ZERO)
      applyRow(DIVIDE_OR_ZERO, aRow, aInner, bRow, bInner, outRow, count);
    else if (operation == EQUAL) applyRow(EQUAL, aRow, aInner, bRow, bInner, outRow, count);
    else applyRow(SQUARED_DIFFERENCE, aRow, aInner, bRow, bInner, outRow, count);
    from += count;
    k = 0;
    if (++j == middle) {
      j = 0;
      i++;
    }
  }
}
