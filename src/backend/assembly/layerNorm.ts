import { lanesBefore, multiplyAdd, storeLanes } from './lanes';
import { addToDoubles, PART, sumOfLanes, sumOfRow } from './reduce';

// Layer normalization of rows of `length` floats. Lanes past the end of a row are read, and not used.

/**
 * out[r][c] = (x[r][c] - mean) * inverse * scale[c] + offset[c], with the mean of the row and the inverse of its
 * standard deviation, which go into moments[r]. Rows `from` to `to`.
 */
export function layerNorm(
  x: usize,
  scale: usize,
  offset: usize,
  out: usize,
  moments: usize,
  length: i32,
  epsilon: f32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>length) << 2;
  for (let r = from; r < to; r++) {
    const row = x + <usize>r * bytes;
    const target = out + <usize>r * bytes;
    const average = <f32>(sumOfRow(row, length) / <f64>length);
    const mean = f32x4.splat(average);
    let squares: f64 = 0;
    for (let at: usize = 0; at < bytes; ) {
      const end = min(at + PART, bytes);
      let sums = f32x4.splat(0);
      for (; at < end; at += 16) {
        const centered = centeredAt(row, at, bytes, mean);
        sums = multiplyAdd(centered, centered, sums);
      }
      squares += sumOfLanes(sums);
    }
    const deviation = <f32>(1 / Math.sqrt(squares / <f64>length + <f64>epsilon));
    const inverse = f32x4.splat(deviation);
    store<f32>(moments + ((<usize>r) << 3), average);
    store<f32>(moments + ((<usize>r) << 3), deviation, 4);
    for (let at: usize = 0; at < bytes; at += 16) {
      const unit = f32x4.mul(f32x4.sub(v128.load(row + at), mean), inverse);
      const value = multiplyAdd(unit, v128.load(scale + at), v128.load(offset + at));
      storeLanes(target + at, value, min(4, <i32>((bytes - at) >> 2)));
    }
  }
}

/** x - mean; 0 past the end of the row. */
// @inline
function centeredAt(row: usize, at: usize, bytes: usize, mean: v128): v128 {
  return v128.and(f32x4.sub(v128.load(row + at), mean), lanesBefore(<i32>((bytes - at) >> 2)));
}

/** dy * scale; 0 past the end of the row. */
// @inline
function scaledAt(dy: usize, scale: usize, at: usize, bytes: usize): v128 {
  const value = f32x4.mul(v128.load(dy + at), v128.load(scale + at));
  return v128.and(value, lanesBefore(<i32>((bytes - at) >> 2)));
}

/** Rows added in float32 before their sums go into the totals. */
const BLOCK: i32 = 128;

/**
 * dx, and for each chunk of rows what offset and scale get: sums[chunk][c] = the sum of dy[r][c], products[chunk][c] =
 * the sum of dy[r][c] * (x[r][c] - mean) * inverse, float64 numbers in rows filled up to whole vectors. `scratch` has
 * `scratchBytes` for each thread: two rows of floats, filled up. Rows `from` to `to`.
 */
export function layerNormGradient(
  x: usize,
  dy: usize,
  scale: usize,
  moments: usize,
  dx: usize,
  sums: usize,
  products: usize,
  length: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  chunk: i32,
  thread: i32,
): void {
  const bytes = (<usize>length) << 2;
  const whole = (bytes + 15) & ~15;
  const blockSums = scratch + <usize>thread * scratchBytes;
  const blockProducts = blockSums + whole;
  sums += <usize>chunk * 2 * whole;
  products += <usize>chunk * 2 * whole;
  memory.fill(sums, 0, 2 * whole);
  memory.fill(products, 0, 2 * whole);
  for (let block = from; block < to; block += BLOCK) {
    memory.fill(blockSums, 0, 2 * whole);
    for (let r = block; r < min(block + BLOCK, to); r++) {
      const row = x + <usize>r * bytes;
      const upstream = dy + <usize>r * bytes;
      const mean = v128.load_splat<f32>(moments + ((<usize>r) << 3));
      const inverse = v128.load_splat<f32>(moments + ((<usize>r) << 3), 4);
      let all: f64 = 0;
      let along: f64 = 0;
      for (let at: usize = 0; at < bytes; ) {
        const end = min(at + PART, bytes);
        let partAll = f32x4.splat(0);
        let partAlong = f32x4.splat(0);
        for (; at < end; at += 16) {
          const unit = f32x4.mul(centeredAt(row, at, bytes, mean), inverse);
          const scaled = scaledAt(upstream, scale, at, bytes);
          partAll = f32x4.add(partAll, scaled);
          partAlong = multiplyAdd(scaled, unit, partAlong);
          const given = v128.load(upstream + at);
          v128.store(blockSums + at, f32x4.add(v128.load(blockSums + at), given));
          const product = multiplyAdd(given, unit, v128.load(blockProducts + at));
          v128.store(blockProducts + at, product);
        }
        all += sumOfLanes(partAll);
        along += sumOfLanes(partAlong);
      }
      const meanAll = f32x4.splat(<f32>(all / <f64>length));
      const meanAlong = f32x4.splat(<f32>(along / <f64>length));
      for (let at: usize = 0; at < bytes; at += 16) {
        const unit = f32x4.mul(f32x4.sub(v128.load(row + at), mean), inverse);
        const across = f32x4.sub(scaledAt(upstream, scale, at, bytes), meanAll);
        const value = f32x4.mul(f32x4.sub(across, f32x4.mul(unit, meanAlong)), inverse);
        storeLanes(dx + <usize>r * bytes + at, value, min(4, <i32>((bytes - at) >> 2)));
      }
    }
    for (let at: usize = 0; at < whole; at += 16) {
      addToDoubles(sums + 2 * at, v128.load(blockSums + at));
      addToDoubles(products + 2 * at, v128.load(blockProducts + at));
    }
  }
}
