import { addToDoubles } from './reduce';

/**
 * out[block][i] = x[block][indices[i]], in rows of `rowFloats` floats: `count` rows of each block of `length` rows.
 * With `ownIndices` each block has indices of its own, side by side; they are int32. Rows (block * count + i) `from`
 * to `to`.
 */
export function gatherRows(
  x: usize,
  indices: usize,
  out: usize,
  length: i32,
  count: i32,
  rowFloats: i32,
  ownIndices: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>rowFloats) << 2;
  for (let r = from; r < to; r++) {
    const block = r / count;
    const i = ownIndices ? r : r - block * count;
    const index = load<i32>(indices + ((<usize>i) << 2));
    memory.copy(out + <usize>r * bytes, x + <usize>(block * length + index) * bytes, bytes);
  }
}

/**
 * out[segment] = the sum of the rows i of x with segments[i] == segment, in rows of `rowFloats` floats. Rows whose
 * segment is not one of `segmentCount` are left out. `sums` is 0, or as many float64 numbers as `out` has floats, in
 * which the sums are taken then. Columns `from` to `to`.
 */
export function segmentSum(
  x: usize,
  segments: usize,
  out: usize,
  sums: usize,
  rows: i32,
  segmentCount: i32,
  rowFloats: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>rowFloats) << 2;
  const first = (<usize>from) << 2;
  const end = (<usize>to) << 2;
  if (sums) {
    sumInDoubles(x, segments, out, sums, rows, segmentCount, rowFloats, from, to);
    return;
  }
  for (let s = 0; s < segmentCount; s++)
    memory.fill(out + <usize>s * bytes + first, 0, end - first);
  for (let i = 0; i < rows; i++) {
    const segment = load<i32>(segments + ((<usize>i) << 2));
    if (<u32>segment >= <u32>segmentCount) continue;
    const source = x + <usize>i * bytes;
    const target = out + <usize>segment * bytes;
    let at = first;
    for (; at + 16 <= end; at += 16) {
      v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
    }
    for (; at < end; at += 4)
      store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at));
  }
}

function sumInDoubles(
  x: usize,
  segments: usize,
  out: usize,
  sums: usize,
  rows: i32,
  segmentCount: i32,
  rowFloats: i32,
  from: i32,
  to: i32,
): void {
  const first = (<usize>from) << 3;
  const bytes = (<usize>(to - from)) << 3;
  for (let s = 0; s < segmentCount; s++) {
    memory.fill(sums + <usize>s * ((<usize>rowFloats) << 3) + first, 0, bytes);
  }
  for (let i = 0; i < rows; i++) {
    const segment = load<i32>(segments + ((<usize>i) << 2));
    if (<u32>segment >= <u32>segmentCount) continue;
    let source = x + ((<usize>(i * rowFloats + from)) << 2);
    let target = sums + ((<usize>(segment * rowFloats + from)) << 3);
    let k = from;
    for (; k + 4 <= to; k += 4) {
      addToDoubles(target, v128.load(source));
      source += 16;
      target += 32;
    }
    for (; k < to; k++) {
      store<f64>(target, load<f64>(target) + <f64>load<f32>(source));
      source += 4;
      target += 8;
    }
  }
  for (let s = 0; s < segmentCount; s++) {
    for (let at = s * rowFloats + from; at < s * rowFloats + to; at++) {
      store<f32>(out + ((<usize>at) << 2), <f32>load<f64>(sums + ((<usize>at) << 3)));
    }
  }
}
