import { largest, whichIs } from './conv2dDirect';
import { multiplyAdd, storeLanes } from './lanes';
import { ACTIVATE_LINEAR, ACTIVATE_RELU } from './operations';
import { padImage } from './padImage';

// Convolutions by 3 x 3 filters, stride 1, of images with few channels: F(2 x 2, 3 x 3) of Winograd's algorithms
// (winograd.ts has the larger one). A window of 4 x 4 pixels becomes 2 x 2 results by 16 multiplications a channel in
// place of 36. It evaluates polynomials at 0, 1, -1 and infinity, which rounds about as much as the plain sum.

/** Bytes of a window's values, each four times, for one channel. */
const WINDOW: usize = 16 << 4;

/**
 * filter[3][3][channels][outChannels] to its 16 values packed[n / 4][value][c][n % 4], filled up with zeros to a
 * multiple of 8 output channels. Vectors of 4 output channels `from` to `to`.
 */
export function smallTilesFilter(
  filter: usize,
  channels: i32,
  outChannels: i32,
  packed: usize,
  from: i32,
  to: i32,
): void {
  const tap = (<usize>(channels * outChannels)) << 2;
  const next = (<usize>channels) << 4;
  for (let vector = from; vector < to; vector++) {
    for (let c = 0; c < channels; c++) {
      const target = packed + <usize>vector * 16 * next + ((<usize>c) << 4);
      for (let lane = 0; lane < 4; lane++) {
        const n = 4 * vector + lane;
        const at = target + ((<usize>lane) << 2);
        if (n >= outChannels) {
          for (let value: usize = 0; value < 16; value++) store<f32>(at + value * next, 0);
          continue;
        }
        const source = filter + ((<usize>(c * outChannels + n)) << 2);
        for (let row: usize = 0; row < 4; row++) {
          const g0 = column(source, row, 3 * tap);
          const g1 = column(source + tap, row, 3 * tap);
          const g2 = column(source + 2 * tap, row, 3 * tap);
          const to = at + 4 * row * next;
          store<f32>(to, g0);
          store<f32>(to + next, 0.5 * (g0 + g2 + g1));
          store<f32>(to + 2 * next, 0.5 * (g0 + g2 - g1));
          store<f32>(to + 3 * next, g2);
        }
      }
    }
  }
}

/** Value `row` of a column of 3 weights. */
// @inline
function column(from: usize, row: usize, down: usize): f32 {
  const g0 = load<f32>(from);
  const g1 = load<f32>(from + down);
  const g2 = load<f32>(from + 2 * down);
  if (row == 0) return g0;
  if (row == 3) return g2;
  return 0.5 * (row == 1 ? g0 + g2 + g1 : g0 + g2 - g1);
}

/**
 * conv2d, or conv2d and then a max pooling, as conv2dDirect, for 3 x 3 filters and stride 1.
 *
 * `filter` is from smallTilesFilter. `scratch` has `scratchBytes` for each thread: the values of a window and its
 * results, a row of zeros, the pixels of one image that are read, with the padding and filled up to whole windows, and 16
 * bytes. Images `from` to `to`.
 */
export function conv2dSmallTiles(
  x: usize,
  filter: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  padTop: i32,
  padLeft: i32,
  activation: i32,
  poolHeight: i32,
  poolWidth: i32,
  codes: usize,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const tileRows = poolHeight ? poolHeight : (outHeight + 1) >> 1;
  const tileColumns = poolHeight ? poolWidth : (outWidth + 1) >> 1;
  const paddedWidth = 2 * tileColumns + 2;
  const paddedRow = (<usize>(paddedWidth * channels)) << 2;
  const right = (<usize>channels) << 3;
  const pixel = (<usize>outChannels) << 2;
  const vectors = (outChannels + 3) >> 2;
  const codePixel = <usize>((outChannels + 7) & ~7);
  const values = scratch + <usize>thread * scratchBytes;
  const results = values + <usize>channels * WINDOW;
  const zeros = results + ((<usize>vectors) << 6);
  const padded = zeros + ((<usize>vectors) << 4);
  memory.fill(zeros, 0, padded - zeros);
  if (!bias) bias = zeros;

  for (let i = from; i < to; i++) {
    padImage(
      x + ((<usize>i * height * width * channels) << 2),
      height,
      width,
      channels,
      padTop,
      padLeft,
      2 * tileRows + 2,
      paddedWidth,
      padded,
    );
    for (let row = 0; row < tileRows; row++) {
      let corner = padded + <usize>(2 * row) * paddedRow;
      for (let column = 0; column < tileColumns; column++) {
        transformWindow(corner, paddedRow, channels, values);
        corner += right;
        if (poolHeight) {
          const at = <usize>((i * poolHeight + row) * poolWidth + column);
          const code = codes ? codes + at * codePixel : 0;
          if (channels == 1)
            windowResults(values, filter, bias, 1, vectors, activation, true, results, code);
          else
            windowResults(values, filter, bias, channels, vectors, activation, true, results, code);
          copyOut(results, 16, outChannels, out + at * pixel);
          continue;
        }
        if (channels == 1)
          windowResults(values, filter, bias, 1, vectors, activation, false, results, 0);
        else windowResults(values, filter, bias, channels, vectors, activation, false, results, 0);
        const at = <usize>((i * outHeight + 2 * row) * outWidth + 2 * column);
        const target = out + at * pixel;
        const below = target + <usize>outWidth * pixel;
        const isLastColumn = 2 * column + 1 == outWidth;
        copyOut(results, 64, outChannels, target);
        if (!isLastColumn) copyOut(results + 16, 64, outChannels, target + pixel);
        if (2 * row + 1 == outHeight) continue;
        copyOut(results + 32, 64, outChannels, below);
        if (!isLastColumn) copyOut(results + 48, 64, outChannels, below + pixel);
      }
    }
  }
}

/** A window of 4 x 4 pixels to its 16 values to[value][channel], each four times. */
// @inline
function transformWindow(corner: usize, row: usize, channels: i32, to: usize): void {
  const next = (<usize>channels) << 4;
  for (let c = 0; c < channels; c++) {
    const d0 = pixels(corner, channels);
    const d1 = pixels(corner + row, channels);
    const d2 = pixels(corner + 2 * row, channels);
    const d3 = pixels(corner + 3 * row, channels);
    transformRow(f32x4.sub(d0, d2), to, next);
    transformRow(f32x4.add(d1, d2), to + 4 * next, next);
    transformRow(f32x4.sub(d2, d1), to + 8 * next, next);
    transformRow(f32x4.sub(d1, d3), to + 12 * next, next);
    corner += 4;
    to += 16;
  }
}

/** One channel of 4 pixels side by side. */
// @inline
function pixels(from: usize, channels: i32): v128 {
  if (channels == 1) return v128.load(from);
  const next = (<usize>channels) << 2;
  let v = v128.load32_zero(from);
  v = v128.load_lane<f32>(from + next, v, 1);
  v = v128.load_lane<f32>(from + 2 * next, v, 2);
  return v128.load_lane<f32>(from + 3 * next, v, 3);
}

// @inline
function transformRow(d: v128, to: usize, next: usize): void {
  const d1 = v128.shuffle<f32>(d, d, 1, 1, 1, 1);
  const d2 = v128.shuffle<f32>(d, d, 2, 2, 2, 2);
  v128.store(to, f32x4.sub(v128.shuffle<f32>(d, d, 0, 0, 0, 0), d2));
  v128.store(to + next, f32x4.add(d1, d2));
  v128.store(to + 2 * next, f32x4.sub(d2, d1));
  v128.store(to + 3 * next, f32x4.sub(d1, v128.shuffle<f32>(d, d, 3, 3, 3, 3)));
}

/**
 * The 2 x 2 results of a window for `vectors` vectors of output channels, results[n / 4][pixel][n % 4], or, where
 * `pooled`, the largest of them, results[n], and, unless `code` is 0, which one it is.
 *
 * The sums that are stored after each row are written over: without these stores V8 would load all 32 values before it
 * multiplies the first of them, and has 15 registers. For the same reason there is no branch.
 */
// @inline
function windowResults(
  values: usize,
  filter: usize,
  bias: usize,
  channels: i32,
  vectors: i32,
  activation: i32,
  pooled: bool,
  results: usize,
  code: usize,
): void {
  const least = f32x4.splat(activation == ACTIVATE_LINEAR ? -Infinity : 0);
  const isBounded = activation != ACTIVATE_LINEAR && activation != ACTIVATE_RELU;
  const most = f32x4.splat(isBounded ? 6 : Infinity);
  for (let vector = 0; vector < vectors; vector++) {
    const start = v128.load(bias + ((<usize>vector) << 4));
    const m01 = product(values, filter, channels, 1);
    const m02 = product(values, filter, channels, 2);
    const left0 = f32x4.add(f32x4.add(product(values, filter, channels, 0), m01), m02);
    const right0 = f32x4.sub(f32x4.sub(m01, m02), product(values, filter, channels, 3));
    v128.store(results, left0);
    v128.store(results, right0, 16);
    // This value is in all four results, once.
    const m11 = f32x4.add(start, product(values, filter, channels, 5));
    const m12 = product(values, filter, channels, 6);
    const left1 = f32x4.add(f32x4.add(product(values, filter, channels, 4), m11), m12);
    const right1 = f32x4.sub(f32x4.sub(m11, m12), product(values, filter, channels, 7));
    const left01 = f32x4.add(left0, left1);
    const right01 = f32x4.add(right0, right1);
    v128.store(results, left01);
    v128.store(results, right01, 16);
    const m21 = product(values, filter, channels, 9);
    const m22 = product(values, filter, channels, 10);
    const left2 = f32x4.add(f32x4.add(product(values, filter, channels, 8), m21), m22);
    const right2 = f32x4.sub(f32x4.sub(m21, m22), product(values, filter, channels, 11));
    const y00 = limited(f32x4.add(left01, left2), least, most);
    const y01 = limited(f32x4.add(right01, right2), least, most);
    v128.store(results, y00);
    v128.store(results, y01, 16);
    const m31 = product(values, filter, channels, 13);
    const m32 = product(values, filter, channels, 14);
    const left3 = f32x4.add(f32x4.add(product(values, filter, channels, 12), m31), m32);
    const right3 = f32x4.sub(f32x4.sub(m31, m32), product(values, filter, channels, 15));
    const y10 = limited(f32x4.sub(f32x4.sub(left1, left2), left3), least, most);
    const y11 = limited(f32x4.sub(f32x4.sub(right1, right2), right3), least, most);
    if (pooled) {
      const best = largest(y00, y01, y10, y11, ACTIVATE_LINEAR);
      v128.store(results, best);
      results += 16;
      if (code) {
        const which = whichIs(best, y00, y01, y10, ACTIVATE_LINEAR);
        const halves = i16x8.narrow_i32x4_s(which, which);
        v128.store32_lane(code, i8x16.narrow_i16x8_s(halves, halves), 0);
        code += 4;
      }
    } else {
      v128.store(results, y10, 32);
      v128.store(results, y11, 48);
      results += 64;
    }
    filter += (<usize>channels) << 8;
  }
}

/** The first `count` floats of vectors `step` bytes apart. */
// @inline
function copyOut(from: usize, step: usize, count: i32, out: usize): void {
  for (; count >= 4; count -= 4) {
    v128.store(out, v128.load(from));
    from += step;
    out += 16;
  }
  if (count > 0) storeLanes(out, v128.load(from), count);
}

/** `activate` of lanes.ts without a branch: NaN stays NaN. */
// @inline
function limited(v: v128, least: v128, most: v128): v128 {
  return f32x4.pmin(f32x4.pmax(v, least), most);
}

/** Value `value` of a window times that of the filter, for 4 output channels, summed over 1 to 4 channels. */
// @inline
function product(values: usize, filter: usize, channels: i32, value: i32): v128 {
  const at = (<usize>(value * channels)) << 4;
  let sum = f32x4.mul(v128.load(values + at), v128.load(filter + at));
  if (channels > 1) sum = multiplyAdd(v128.load(values + at, 16), v128.load(filter + at, 16), sum);
  if (channels > 2) sum = multiplyAdd(v128.load(values + at, 32), v128.load(filter + at, 32), sum);
  if (channels > 3) sum = multiplyAdd(v128.load(values + at, 48), v128.load(filter + at, 48), sum);
  return sum;
}
