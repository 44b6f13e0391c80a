/** out = value where x is from `low` to `high`, slope * value elsewhere. Floats `from` to `to`. */
export function maskedGradient(
  x: usize,
  value: usize,
  out: usize,
  low: f32,
  high: f32,
  slope: f32,
  from: i32,
  to: i32,
): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const slopes = f32x4.splat(slope);
  let at = (<usize>from) << 2;
  for (; at + 16 <= (<usize>to) << 2; at += 16) {
    const here = v128.load(x + at);
    const open = v128.and(f32x4.ge(here, least), f32x4.le(here, most));
    const give = v128.load(value + at);
    // Infinity * 0 is NaN: what is masked gives 0 whatever comes.
    const rest = slope == 0 ? f32x4.splat(0) : f32x4.mul(give, slopes);
    v128.store(out + at, v128.bitselect(give, rest, open));
  }
  for (; at < (<usize>to) << 2; at += 4) {
    const here = load<f32>(x + at);
    const give = load<f32>(value + at);
    store<f32>(out + at, here >= low && here <= high ? give : slope == 0 ? 0 : give * slope);
  }
}
