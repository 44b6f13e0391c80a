import { multiplyAdd, storeLanes } from './lanes';

// Batch normalization of rows of `channels` floats.

/**
 * out[r][c] = (x[r][c] - mean[c]) * scale[c] / sqrt(variance[c] + epsilon) + offset[c]. `scale` and `offset` may be 0,
 * for 1 and 0. `scratch` has `scratchBytes` for each thread: a row, rounded up to whole vectors. Rows `from` to `to`.
 */
export function batchNorm(
  x: usize,
  mean: usize,
  variance: usize,
  scale: usize,
  offset: usize,
  out: usize,
  channels: i32,
  epsilon: f32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const factors = scratch + <usize>thread * scratchBytes;
  for (let c: usize = 0; c < (<usize>channels) << 2; c += 16) {
    const root = f32x4.sqrt(f32x4.add(v128.load(variance + c), f32x4.splat(epsilon)));
    const top = scale ? v128.load(scale + c) : f32x4.splat(1);
    v128.store(factors + c, f32x4.div(top, root));
  }
  for (let r = from; r < to; r++) {
    const at = (<usize>(r * channels)) << 2;
    for (let c = 0; c < channels; c += 4) {
      const byte = (<usize>c) << 2;
      const centred = f32x4.sub(v128.load(x + at + byte), v128.load(mean + byte));
      const start = offset ? v128.load(offset + byte) : f32x4.splat(0);
      const value = multiplyAdd(centred, v128.load(factors + byte), start);
      storeLanes(out + at + byte, value, min(4, channels - c));
    }
  }
}

/**
 * What the gradients of batchNorm are made of: sums[chunk][c] = the sum of dy[r][c], products[chunk][c] = the sum of
 * dy[r][c] * (x[r][c] - mean[c]), in rows rounded up to whole vectors. Rows `from` to `to`.
 */
export function batchNormSums(
  x: usize,
  mean: usize,
  dy: usize,
  sums: usize,
  products: usize,
  channels: i32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const row = (<usize>((channels + 3) & ~3)) << 2;
  sums += <usize>chunk * row;
  products += <usize>chunk * row;
  memory.fill(sums, 0, row);
  memory.fill(products, 0, row);
  for (let r = from; r < to; r++) {
    const at = (<usize>(r * channels)) << 2;
    for (let c: usize = 0; c < row; c += 16) {
      const give = v128.load(dy + at + c);
      const centred = f32x4.sub(v128.load(x + at + c), v128.load(mean + c));
      v128.store(sums + c, f32x4.add(v128.load(sums + c), give));
      v128.store(products + c, multiplyAdd(give, centred, v128.load(products + c)));
    }
  }
}
