import { multiplyAdd, storeLanes } from './lanes';
import { addToDoubles } from './reduce';

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

/** Rows added in float32 before their sums go into the totals. */
const BLOCK: i32 = 128;

/**
 * What the gradients of batchNorm are made of: sums[chunk][c] = the sum of dy[r][c], products[chunk][c] = the sum of
 * dy[r][c] * (x[r][c] - mean[c]), float64 numbers in rows filled up to whole vectors. `scratch` has `scratchBytes` for
 * each thread: two such rows of floats. Rows `from` to `to`.
 */
export function batchNormSums(
  x: usize,
  mean: usize,
  dy: usize,
  sums: usize,
  products: usize,
  channels: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  chunk: i32,
  thread: i32,
): void {
  const row = (<usize>((channels + 3) & ~3)) << 2;
  const blockSums = scratch + <usize>thread * scratchBytes;
  const blockProducts = blockSums + row;
  sums += <usize>chunk * 2 * row;
  products += <usize>chunk * 2 * row;
  memory.fill(sums, 0, 2 * row);
  memory.fill(products, 0, 2 * row);
  for (let block = from; block < to; block += BLOCK) {
    memory.fill(blockSums, 0, 2 * row);
    for (let r = block; r < min(block + BLOCK, to); r++) {
      const at = (<usize>(r * channels)) << 2;
      for (let c: usize = 0; c < row; c += 16) {
        const upstream = v128.load(dy + at + c);
        const centered = f32x4.sub(v128.load(x + at + c), v128.load(mean + c));
        v128.store(blockSums + c, f32x4.add(v128.load(blockSums + c), upstream));
        const product = multiplyAdd(upstream, centered, v128.load(blockProducts + c));
        v128.store(blockProducts + c, product);
      }
    }
    for (let c: usize = 0; c < row; c += 16) {
      addToDoubles(sums + 2 * c, v128.load(blockSums + c));
      addToDoubles(products + 2 * c, v128.load(blockProducts + c));
    }
  }
}
