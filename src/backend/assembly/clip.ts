/** out = x, and `low` or `high` where x is beyond them; NaN stays NaN. Floats `from` to `to`. */
export function clip(x: usize, out: usize, low: f32, high: f32, from: i32, to: i32): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  let at = (<usize>from) << 2;
  for (; at + 16 <= (<usize>to) << 2; at += 16) {
    v128.store(out + at, f32x4.min(f32x4.max(v128.load(x + at), least), most));
  }
  for (; at < (<usize>to) << 2; at += 4) {
    store<f32>(out + at, min(max(load<f32>(x + at), low), high));
  }
}
