import { storeLanes } from './lanes';

/** out = 1 where x is above 0, NaN where x is, `alpha` elsewhere. Floats `from` to `to`. */
export function step(x: usize, out: usize, alpha: f32, from: i32, to: i32): void {
  for (let i = from; i < to; i += 4) {
    const v = v128.load(x + ((<usize>i) << 2)); // past the end of every block there are 64 bytes to read
    const low = v128.bitselect(f32x4.splat(alpha), v, f32x4.eq(v, v));
    const y = v128.bitselect(f32x4.splat(1), low, f32x4.gt(v, f32x4.splat(0)));
    storeLanes(out + ((<usize>i) << 2), y, min(4, to - i));
  }
}
