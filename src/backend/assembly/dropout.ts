import { storeLanes } from './lanes';

/** Numbers after which `states` has the next state. */
const RUN = 8192;
/** A of ../alea.ts. */
const MULTIPLIER: u64 = 2_091_639;
const WORD: u64 = 0xffff_ffff;

/**
 * Dropout as tfjs has it: multipliers = floor(u + keep) / keep, out = x * multipliers, with u the uniform numbers of
 * the generator of ../alea.ts, of which `states` has the state before every 8192nd: three words and the carry.
 * Floats `from` to `to`; `from` is a multiple of 8192.
 */
export function dropout(
  x: usize,
  states: usize,
  keep: f32,
  out: usize,
  multipliers: usize,
  from: i32,
  to: i32,
): void {
  for (let start = from; start < to; start += RUN) {
    const state = states + ((<usize>(start / RUN)) << 4);
    let x0 = <u64>load<u32>(state);
    let x1 = <u64>load<u32>(state, 4);
    let x2 = <u64>load<u32>(state, 8);
    let carry = <u64>load<u32>(state, 12);
    const end = min(to, start + RUN);
    for (let i = start; i < end; i += 4) {
      const a = MULTIPLIER * x0 + carry;
      const b = MULTIPLIER * x1 + (a >> 32);
      const c = MULTIPLIER * x2 + (b >> 32);
      const d = MULTIPLIER * (a & WORD) + (c >> 32);
      x0 = b & WORD;
      x1 = c & WORD;
      x2 = d & WORD;
      carry = d >> 32;
      let words = i32x4.splat(<i32>a);
      words = i32x4.replace_lane(words, 1, <i32>b);
      words = i32x4.replace_lane(words, 2, <i32>c);
      words = i32x4.replace_lane(words, 3, <i32>d);
      const u = f32x4.mul(f32x4.convert_i32x4_u(words), f32x4.splat(1.0 / 4294967296.0));
      const kept = f32x4.floor(f32x4.add(u, f32x4.splat(keep)));
      const multiplier = f32x4.div(kept, f32x4.splat(keep));
      const at = (<usize>i) << 2;
      const count = min(4, end - i);
      storeLanes(multipliers + at, multiplier, count);
      storeLanes(out + at, f32x4.mul(v128.load(x + at), multiplier), count);
    }
  }
}
