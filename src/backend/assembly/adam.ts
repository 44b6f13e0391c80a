import { storeLanes } from './lanes';

/**
 * A step of Adam, operation by operation as tfjs-core takes it, each rounded:
 *
 *   newFirst = first * beta1 + gradient * rest1
 *   newSecond = second * beta2 + gradient * gradient * rest2
 *   newValue = newFirst / correction1 / (sqrt(newSecond / correction2) + epsilon) * rate + value
 *
 * `correction1` and `correction2` are addresses of one float each. Floats `from` to `to`.
 */
export function adam(
  value: usize,
  gradient: usize,
  first: usize,
  second: usize,
  correction1: usize,
  correction2: usize,
  newValue: usize,
  newFirst: usize,
  newSecond: usize,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  rate: f32,
  from: i32,
  to: i32,
): void {
  const by1 = v128.load_splat<f32>(correction1);
  const by2 = v128.load_splat<f32>(correction2);
  for (let i = from; i < to; i += 4) {
    const at = (<usize>i) << 2;
    const count = min(4, to - i);
    const g = v128.load(gradient + at);
    const m = f32x4.add(
      f32x4.mul(v128.load(first + at), f32x4.splat(beta1)),
      f32x4.mul(g, f32x4.splat(rest1)),
    );
    const v = f32x4.add(
      f32x4.mul(v128.load(second + at), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(rest2)),
    );
    const root = f32x4.add(f32x4.sqrt(f32x4.div(v, by2)), f32x4.splat(epsilon));
    const step = f32x4.mul(f32x4.div(f32x4.div(m, by1), root), f32x4.splat(rate));
    storeLanes(newFirst + at, m, count);
    storeLanes(newSecond + at, v, count);
    storeLanes(newValue + at, f32x4.add(step, v128.load(value + at)), count);
  }
}
