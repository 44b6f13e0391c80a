import { lanesBefore, storeLanes } from './lanes';
import { REDUCE_MAX } from './operations';
import { combineRow, PART, sumOfLanes } from './reduce';
import { boundedExp } from './transcendental';

/** out[i][j] = exp(x[i][j]) / sum over j of exp(x[i][j]), in rows of `length` floats. Rows `from` to `to`. */
export function softmax(x: usize, out: usize, length: i32, from: i32, to: i32): void {
  const bytes = (<usize>length) << 2;
  for (let i = from; i < to; i++) {
    const source = x + <usize>i * bytes;
    const target = out + <usize>i * bytes;
    const top = combineRow(REDUCE_MAX, source, length);
    let total: f64 = 0;
    let at: usize = 0;
    while (at < bytes) {
      const end = min(at + PART, bytes);
      let sums = f32x4.splat(0);
      for (; at < end; at += 16) {
        const power = boundedExp(f32x4.sub(v128.load(source + at), top)); // past the end there is slack
        const left = <i32>((bytes - at) >> 2);
        if (left >= 4) v128.store(target + at, power);
        else storeLanes(target + at, power, left);
        sums = f32x4.add(sums, v128.and(power, lanesBefore(left)));
      }
      total += sumOfLanes(sums);
    }
    const sum = <f32>total;
    const share = f32x4.splat(sum);
    for (at = 0; at + 16 <= bytes; at += 16) {
      v128.store(target + at, f32x4.div(v128.load(target + at), share));
    }
    for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(target + at) / sum);
  }
}

/** dx[i][j] = y[i][j] * (dy[i][j] - sum over k of dy[i][k] * y[i][k]), in rows of `length` floats. Rows `from` to `to`. */
export function softmaxGradient(
  y: usize,
  dy: usize,
  dx: usize,
  length: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>length) << 2;
  for (let i = from; i < to; i++) {
    const share = y + <usize>i * bytes;
    const upstream = dy + <usize>i * bytes;
    const target = dx + <usize>i * bytes;
    let total: f64 = 0;
    for (let at: usize = 0; at < bytes; ) {
      const end = min(at + PART, bytes);
      let sums = f32x4.splat(0);
      for (; at < end; at += 16) {
        const product = f32x4.mul(v128.load(share + at), v128.load(upstream + at)); // past the end there is slack
        sums = f32x4.add(sums, v128.and(product, lanesBefore(<i32>((bytes - at) >> 2))));
      }
      total += sumOfLanes(sums);
    }
    const mean = f32x4.splat(<f32>total);
    for (let at: usize = 0; at < bytes; at += 16) {
      const across = f32x4.sub(v128.load(upstream + at), mean);
      const value = f32x4.mul(across, v128.load(share + at));
      storeLanes(target + at, value, min(4, <i32>((bytes - at) >> 2)));
    }
  }
}
