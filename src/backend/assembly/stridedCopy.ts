/** From so many bytes on a call of memory.copy costs less than a loop. */
const LONG: usize = 1024;

/**
 * out[i][j][k][l] = x[i][j][k][l], both with strides of their own in floats; a stride of 0 repeats. `jCount`, `kCount`
 * and `lCount` are sizes of axes; rows along l, ((i * jCount + j) * kCount + k), `from` to `to`.
 */
export function stridedCopy(
  x: usize,
  xI: i32,
  xJ: i32,
  xK: i32,
  xL: i32,
  out: usize,
  outI: i32,
  outJ: i32,
  outK: i32,
  outL: i32,
  jCount: i32,
  kCount: i32,
  lCount: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>lCount) << 2;
  for (let row = from; row < to; row++) {
    const ij = row / kCount;
    const k = row - ij * kCount;
    const i = ij / jCount;
    const j = ij - i * jCount;
    const source = x + ((<usize>(i * xI + j * xJ + k * xK)) << 2);
    const target = out + ((<usize>(i * outI + j * outJ + k * outK)) << 2);
    if (xL != 1 || outL != 1)
      copyApart(source, (<usize>xL) << 2, target, (<usize>outL) << 2, lCount);
    else if (bytes >= LONG) memory.copy(target, source, bytes);
    else copySideBySide(source, target, bytes);
  }
}

function copyApart(
  source: usize,
  sourceStep: usize,
  target: usize,
  targetStep: usize,
  count: i32,
): void {
  for (let l = 0; l < count; l++) {
    store<f32>(target, load<f32>(source));
    source += sourceStep;
    target += targetStep;
  }
}

/** Copies `bytes` bytes of whole floats. */
export function copySideBySide(source: usize, target: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(target + at, v128.load(source + at));
  for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(source + at));
}

/** Sets floats `from` to `to` to a value. */
export function fill(out: usize, value: f32, from: i32, to: i32): void {
  const end = out + ((<usize>to) << 2);
  const four = f32x4.splat(value);
  let at = out + ((<usize>from) << 2);
  for (; at + 16 <= end; at += 16) v128.store(at, four);
  for (; at < end; at += 4) store<f32>(at, value);
}
