import { interleave4 } from './pack';
import {
  ACTIVATE_LINEAR,
  GATE_HARD_SIGMOID,
  GATE_LINEAR,
  GATE_RELU,
  GATE_SIGMOID,
} from './operations';
import { storeLanes } from './lanes';
import { tile4x8 } from './tile';
import { sigmoid, tanh } from './transcendental';

// What the cells of recurrent layers share. Rows in scratch memory have room for whole groups of four floats.

/** to[i] = f(a[i] + b[i]) for `count` floats, f being one of the GATE_ operations. */
export function gate(a: usize, b: usize, to: usize, count: i32, operation: i32): void {
  const bytes = (<usize>count) << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  applyGate(to, to, count, operation);
}

/** to[i] = f(x[i]) for `count` floats. */
export function applyGate(x: usize, to: usize, count: i32, operation: i32): void {
  const bytes = (<usize>count) << 2;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (operation == GATE_HARD_SIGMOID) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const line = f32x4.add(f32x4.mul(v128.load(x + at), f32x4.splat(0.2)), f32x4.splat(0.5));
      v128.store(to + at, f32x4.pmin(f32x4.pmax(line, zero), one));
    }
  } else if (operation == GATE_SIGMOID) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, sigmoid(v128.load(x + at)));
  } else if (operation == GATE_RELU) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, f32x4.pmax(v128.load(x + at), zero));
    }
  } else if (operation == GATE_LINEAR) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(x + at));
  } else {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, tanh(v128.load(x + at)));
  }
}

/** The derivative of an operation where its result is y. */
// @inline
export function slope(y: v128, operation: i32): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (operation == GATE_HARD_SIGMOID) {
    const inside = v128.and(f32x4.gt(y, zero), f32x4.lt(y, one));
    return v128.and(inside, f32x4.splat(0.2));
  }
  if (operation == GATE_SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  if (operation == GATE_RELU) return v128.and(f32x4.gt(y, zero), one);
  if (operation == GATE_LINEAR) return one;
  return f32x4.sub(one, f32x4.mul(y, y));
}

/** Copies `count` floats to a row that others follow directly. */
export function copyRow(from: usize, to: usize, count: i32): void {
  for (let left = count; left > 0; left -= 4) {
    storeLanes(to, v128.load(from), min(4, left));
    from += 16;
    to += 16;
  }
}

/**
 * Packs rows as packRows does: 4 rows a panel, `gates` pieces of `units` floats from each. A piece follows the one
 * before it after `gateBytes`, a row after `rowBytes`.
 */
export function packGates(
  rows: usize,
  rowBytes: usize,
  gateBytes: usize,
  gates: i32,
  units: i32,
  panels: i32,
  packed: usize,
): void {
  for (let panel = 0; panel < panels; panel++) {
    for (let gate = 0; gate < gates; gate++) {
      const row = rows + <usize>gate * gateBytes;
      interleave4(row, row + rowBytes, row + 2 * rowBytes, row + 3 * rowBytes, units, packed, 16);
      packed += (<usize>units) << 4;
    }
    rows += 4 * rowBytes;
  }
}

/** out = a b for panels of `a` from packGates and `b` from packColumns; rows of `out` are `outBytes` apart. */
export function multiplyPanels(
  a: usize,
  b: usize,
  out: usize,
  outBytes: usize,
  panels: i32,
  depth: i32,
  columns: i32,
): void {
  const zero = f32x4.splat(0);
  for (let column = 0; column < columns; column += 8) {
    const panelB = b + ((<usize>column * depth) << 2);
    let panelA = a;
    let target = out + ((<usize>column) << 2);
    for (let panel = 0; panel < panels; panel++) {
      tile4x8(
        panelA,
        16,
        0,
        panelB,
        32,
        0,
        depth,
        1,
        zero,
        zero,
        ACTIVATE_LINEAR,
        false,
        target,
        target + outBytes,
        target + 2 * outBytes,
        target + 3 * outBytes,
        8,
      );
      panelA += (<usize>depth) << 4;
      target += 4 * outBytes;
    }
  }
}
