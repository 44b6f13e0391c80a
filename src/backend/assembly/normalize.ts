import { PART, sumOfLanes } from './reduce';

/** The length of a row of floats, summed up in double precision: neither huge nor tiny rows over- or underflow. */
function lengthOf(row: usize, bytes: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const v = v128.load(row + at);
    const first = f64x2.promote_low_f32x4(v);
    const last = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(last, last));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; at < bytes; at += 4) {
    const value = <f64>load<f32>(row + at);
    sum += value * value;
  }
  return Math.sqrt(sum);
}

/** 1 / length, finite. */
function inverseOf(length: f64): f32 {
  return <f32>Math.min(1 / length, <f64>f32.MAX_VALUE);
}

/** out = x divided by its length, or by `least` where that is more. Rows of `columns` floats `from` to `to`. */
export function normalize(
  x: usize,
  out: usize,
  columns: i32,
  least: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = from; i < to; i++) {
    const row = x + <usize>i * bytes;
    const target = out + <usize>i * bytes;
    const inverse = inverseOf(Math.max(lengthOf(row, bytes), <f64>least));
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      v128.store(target + at, f32x4.mul(v128.load(row + at), f32x4.splat(inverse)));
    }
    for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(row + at) * inverse);
  }
}

/** dx = (dy - u (u . dy)) / length with u the row's direction; dy / `least` for shorter rows. Rows `from` to `to`. */
export function normalizeGradient(
  x: usize,
  dy: usize,
  dx: usize,
  columns: i32,
  least: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = from; i < to; i++) {
    const row = x + <usize>i * bytes;
    const upstream = dy + <usize>i * bytes;
    const target = dx + <usize>i * bytes;
    const exact = lengthOf(row, bytes);
    const isLong = exact > <f64>least;
    const inverse = inverseOf(isLong ? exact : <f64>least);
    let along: f32 = 0;
    if (isLong) {
      let total: f64 = 0;
      let at: usize = 0;
      while (at + 16 <= bytes) {
        const end = min(at + PART, bytes);
        let sums = f32x4.splat(0);
        for (; at + 16 <= end; at += 16) {
          const unit = f32x4.mul(v128.load(row + at), f32x4.splat(inverse));
          sums = f32x4.add(sums, f32x4.mul(unit, v128.load(upstream + at)));
        }
        total += sumOfLanes(sums);
      }
      along = <f32>total;
      for (; at < bytes; at += 4) along += load<f32>(row + at) * inverse * load<f32>(upstream + at);
    }
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      const unit = f32x4.mul(v128.load(row + at), f32x4.splat(inverse));
      const across = f32x4.sub(v128.load(upstream + at), f32x4.mul(f32x4.splat(along), unit));
      v128.store(target + at, f32x4.mul(across, f32x4.splat(inverse)));
    }
    for (; at < bytes; at += 4) {
      const across = load<f32>(upstream + at) - along * (load<f32>(row + at) * inverse);
      store<f32>(target + at, across * inverse);
    }
  }
}
