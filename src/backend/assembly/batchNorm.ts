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
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const byte = (<usize>c) << 2;
      v128.store(out + at + byte, normalizedAt(x + at, mean, factors, offset, byte));
    }
    if (c < channels) {
      const byte = (<usize>c) << 2;
      const value = normalizedAt(x + at, mean, factors, offset, byte);
      storeLanes(out + at + byte, value, channels - c);
    }
  }
}

// @inline
function normalizedAt(row: usize, mean: usize, factors: usize, offset: usize, byte: usize): v128 {
  const centered = f32x4.sub(v128.load(row + byte), v128.load(mean + byte));
  const start = offset ? v128.load(offset + byte) : f32x4.splat(0);
  return multiplyAdd(centered, v128.load(factors + byte), start);
}

/** Rows added in float32 before their sums go into the totals. */
const BLOCK: i32 = 128;

/** Bytes of a row of `channels` float64 numbers, filled up to whole vectors of floats. */
// @inline
function totalsBytes(channels: i32): usize {
  return (<usize>((channels + 3) & ~3)) << 3;
}

/**
 * sums[chunk][c] = the sum of (x[r][c] - mean[c]) squared, float64 numbers in rows filled up to whole vectors. Rows
 * `from` to `to`.
 */
export function squaredDeviations(
  x: usize,
  mean: usize,
  sums: usize,
  channels: i32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const row = (<usize>channels) << 2;
  sums += <usize>chunk * totalsBytes(channels);
  memory.fill(sums, 0, totalsBytes(channels));
  for (let block = from; block < to; block += BLOCK) {
    const begin = x + <usize>block * row;
    const end = x + <usize>min(block + BLOCK, to) * row;
    let c: usize = 0;
    for (; c + 32 <= row; c += 32) {
      const meanLow = v128.load(mean + c);
      const meanHigh = v128.load(mean + c, 16);
      let low = f32x4.splat(0);
      let high = f32x4.splat(0);
      for (let p = begin + c; p < end; p += row) {
        const centeredLow = f32x4.sub(v128.load(p), meanLow);
        const centeredHigh = f32x4.sub(v128.load(p, 16), meanHigh);
        low = multiplyAdd(centeredLow, centeredLow, low);
        high = multiplyAdd(centeredHigh, centeredHigh, high);
      }
      addToDoubles(sums + 2 * c, low);
      addToDoubles(sums + 2 * c + 32, high);
    }
    for (; c < row; c += 16) {
      let sum = f32x4.splat(0);
      for (let p = begin + c; p < end; p += row) {
        const centered = f32x4.sub(v128.load(p), v128.load(mean + c)); // past the end there is slack
        sum = multiplyAdd(centered, centered, sum);
      }
      addToDoubles(sums + 2 * c, sum);
    }
  }
}

/**
 * What the gradients of batchNorm are made of: sums[chunk][c] = the sum of dy[r][c], products[chunk][c] = the sum of
 * dy[r][c] * (x[r][c] - mean[c]), float64 numbers in rows filled up to whole vectors. Rows `from` to `to`.
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
  const row = (<usize>channels) << 2;
  sums += <usize>chunk * totalsBytes(channels);
  products += <usize>chunk * totalsBytes(channels);
  memory.fill(sums, 0, totalsBytes(channels));
  memory.fill(products, 0, totalsBytes(channels));
  for (let block = from; block < to; block += BLOCK) {
    const begin = x + <usize>block * row;
    const end = x + <usize>min(block + BLOCK, to) * row;
    const upstream = dy - x;
    let c: usize = 0;
    for (; c + 32 <= row; c += 32) {
      const meanLow = v128.load(mean + c);
      const meanHigh = v128.load(mean + c, 16);
      let sumLow = f32x4.splat(0);
      let sumHigh = f32x4.splat(0);
      let productLow = f32x4.splat(0);
      let productHigh = f32x4.splat(0);
      for (let p = begin + c; p < end; p += row) {
        const dyLow = v128.load(p + upstream);
        const dyHigh = v128.load(p + upstream, 16);
        sumLow = f32x4.add(sumLow, dyLow);
        sumHigh = f32x4.add(sumHigh, dyHigh);
        productLow = multiplyAdd(dyLow, f32x4.sub(v128.load(p), meanLow), productLow);
        productHigh = multiplyAdd(dyHigh, f32x4.sub(v128.load(p, 16), meanHigh), productHigh);
      }
      addToDoubles(sums + 2 * c, sumLow);
      addToDoubles(sums + 2 * c + 32, sumHigh);
      addToDoubles(products + 2 * c, productLow);
      addToDoubles(products + 2 * c + 32, productHigh);
    }
    for (; c < row; c += 16) {
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      for (let p = begin + c; p < end; p += row) {
        const dyRow = v128.load(p + upstream); // past the end there is slack
        sum = f32x4.add(sum, dyRow);
        product = multiplyAdd(dyRow, f32x4.sub(v128.load(p), v128.load(mean + c)), product);
      }
      addToDoubles(sums + 2 * c, sum);
      addToDoubles(products + 2 * c, product);
    }
  }
}

/**
 * Adds up the sums and products of `chunks` chunks, where mean and variance are those of the `rows` rows: the gradients
 * by offset and scale, and in `factors` three rows for batchNormInput, filled up to whole vectors. `scale` may be 0,
 * for 1. Channels `from` to `to`.
 */
export function batchNormTotals(
  sums: usize,
  products: usize,
  variance: usize,
  scale: usize,
  dOffset: usize,
  dScale: usize,
  factors: usize,
  channels: i32,
  chunks: i32,
  rows: i32,
  epsilon: f32,
  from: i32,
  to: i32,
): void {
  const step = totalsBytes(channels);
  const row = step >> 1;
  for (let c = from; c < to; c++) {
    const at = (<usize>c) << 2;
    let sum: f64 = 0;
    let product: f64 = 0;
    for (let chunk = 0, p = (<usize>c) << 3; chunk < chunks; chunk++, p += step) {
      sum += load<f64>(sums + p);
      product += load<f64>(products + p);
    }
    const inverse = 1 / Math.sqrt(<f64>load<f32>(variance + at) + <f64>epsilon);
    const factor = scale ? inverse * <f64>load<f32>(scale + at) : inverse;
    store<f32>(dOffset + at, <f32>sum);
    store<f32>(dScale + at, <f32>(product * inverse));
    store<f32>(factors + at, <f32>factor);
    store<f32>(factors + row + at, <f32>(sum / <f64>rows));
    store<f32>(factors + 2 * row + at, <f32>((product * inverse * inverse) / <f64>rows));
  }
}

/**
 * The gradient by x where mean and variance are those of x:
 * dx = factors[0] * (dy - factors[1] - (x - mean) * factors[2]). Rows `from` to `to`.
 */
export function batchNormInput(
  x: usize,
  mean: usize,
  dy: usize,
  factors: usize,
  dx: usize,
  channels: i32,
  from: i32,
  to: i32,
): void {
  const row = totalsBytes(channels) >> 1;
  for (let r = from; r < to; r++) {
    const at = (<usize>r * channels) << 2;
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const byte = (<usize>c) << 2;
      v128.store(dx + at + byte, gradientAt(x + at, mean, dy + at, factors, row, byte));
    }
    if (c < channels) {
      const byte = (<usize>c) << 2;
      const value = gradientAt(x + at, mean, dy + at, factors, row, byte);
      storeLanes(dx + at + byte, value, channels - c);
    }
  }
}

// @inline
function gradientAt(
  x: usize,
  mean: usize,
  dy: usize,
  factors: usize,
  row: usize,
  byte: usize,
): v128 {
  const centered = f32x4.sub(v128.load(x + byte), v128.load(mean + byte));
  const along = f32x4.mul(centered, v128.load(factors + 2 * row + byte));
  const across = f32x4.sub(v128.load(dy + byte), v128.load(factors + row + byte));
  return f32x4.mul(f32x4.sub(across, along), v128.load(factors + byte));
}

/** out = average - (average - value) * rate. Floats `from` to `to`. */
export function movingAverage(
  average: usize,
  value: usize,
  out: usize,
  rate: f32,
  from: i32,
  to: i32,
): void {
  for (let i = from; i < to; i += 4) {
    const at = (<usize>i) << 2;
    const old = v128.load(average + at);
    const step = f32x4.mul(f32x4.sub(old, v128.load(value + at)), f32x4.splat(rate));
    storeLanes(out + at, f32x4.sub(old, step), min(4, to - i));
  }
}
